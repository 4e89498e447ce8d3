package dev.postern.probe;

import dev.postern.rollout.Phase;
import java.time.Duration;

/// How long after a probe the next one is due.
///
/// While a domain is being set up and tested, its owner waits to see a change; afterwards nothing changes on most
/// days, and a policy that can't be fetched for an hour is still in every sender's cache.
public final class ProbeInterval {

    private static final Duration BUSY = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofHours(1);
    private static final Duration RETIRED = Duration.ofDays(1);
    /// Spreads domains that were added together over the time between two probes.
    private static final double JITTER = 0.1;

    private ProbeInterval() {
    }

    /// @param random from 0 (inclusive) to 1 (exclusive)
    /// @return the interval of the phase, up to a tenth shorter or longer
    public static Duration of(Phase phase, double random) {
        Duration interval = switch (phase) {
            case SETUP, TESTING -> BUSY;
            case ENFORCE, RETIRING -> QUIET;
            case NONE -> RETIRED;
        };
        return Duration.ofMillis(Math.round(interval.toMillis() * (1 - JITTER + 2 * JITTER * random)));
    }
}
