package dev.postern.rollout.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// A change under way, or one that has ended.
///
/// @param memory what earlier looks said
/// @param done   steps that are done, in order
/// @param ended  empty while it is under way
public record ChangePlan(UUID id, UUID domainId, Change change, String startedBy, Instant startedAt, Memory memory,
                         List<StepDone> done, Optional<Ended> ended) {

    /// How a plan ends.
    public enum Outcome { COMPLETED, ABANDONED }

    /// @param by a person, or `Postern` where the last step was seen done
    public record Ended(Outcome outcome, String by, Instant at) {
    }

    public ChangePlan {
        done = List.copyOf(done);
    }

    /// With what another look added.
    public ChangePlan after(Memory memory, List<StepDone> newlyDone) {
        return new ChangePlan(id, domainId, change, startedBy, startedAt, memory,
                Stream.concat(done.stream(), newlyDone.stream()).toList(), ended);
    }

    public boolean open() {
        return ended.isEmpty();
    }
}
