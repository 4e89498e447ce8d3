package dev.postern.rollout.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A change under way, or one that has ended.
///
/// @param ttls  the longest that were seen since it was made
/// @param done  steps that are done, in order
/// @param ended empty while it is under way
public record ChangePlan(UUID id, UUID domainId, Change change, String startedBy, Instant startedAt, Ttls ttls,
                         List<StepDone> done, Optional<Ended> ended) {

    /// How a plan ends.
    public enum Outcome { COMPLETED, ABANDONED }

    /// @param by a person, or `Postern` where the last step was seen done
    public record Ended(Outcome outcome, String by, Instant at) {
    }

    public ChangePlan {
        done = List.copyOf(done);
    }

    public boolean open() {
        return ended.isEmpty();
    }
}
