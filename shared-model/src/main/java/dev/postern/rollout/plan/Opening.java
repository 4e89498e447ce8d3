package dev.postern.rollout.plan;

import java.time.Instant;

/// Whether a step may be taken, once those before it are done.
sealed interface Opening {

    Opening NOW = new Now();

    record Now() implements Opening {
    }

    /// @param until a moment after now
    record At(Instant until, String why) implements Opening {
    }

    /// Something else must be put right first; nobody knows when.
    record Blocked(String why) implements Opening {
    }

    /// Open from a moment on.
    static Opening from(Instant until, Instant now, String why) {
        return until.isAfter(now) ? new At(until, why) : NOW;
    }
}
