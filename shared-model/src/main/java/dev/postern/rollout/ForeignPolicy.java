package dev.postern.rollout;

import dev.postern.mtasts.StsPolicy;
import java.time.Instant;
import java.util.Optional;

/// A policy that was seen served and is none of Postern's: the one a domain came with, or one that somebody put in place.
/// Senders hold it all the same.
///
/// @param replacedAt when a probe first saw another policy in its place; empty while it is served
public record ForeignPolicy(StsPolicy policy, Instant firstSeenAt, Optional<Instant> replacedAt) {
}
