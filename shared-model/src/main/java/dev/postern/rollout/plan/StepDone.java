package dev.postern.rollout.plan;

import java.time.Instant;

/// A step that a probe has seen done. It stays done.
///
/// @param step     stable id of the step
/// @param evidence what was seen, in a sentence
public record StepDone(String step, Instant at, String evidence) {
}
