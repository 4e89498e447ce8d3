package dev.postern.rollout.plan;

import java.time.Instant;

/// What a step needs to open and to be done.
interface Rule {

    /// Stable within its plan.
    String id();

    PlanStep step(World world);

    /// @param previous when the step before it was done; the plan's beginning for the first
    default Opening opens(World world, Instant previous) {
        return Opening.NOW;
    }

    Sight sight(World world);

    /// Whether it must stay so until the plan has ended.
    default boolean lasting() {
        return false;
    }

    /// When it may open at the earliest if the step before it is done at a moment to come.
    default Instant estimate(World world, Instant previous) {
        return previous;
    }
}
