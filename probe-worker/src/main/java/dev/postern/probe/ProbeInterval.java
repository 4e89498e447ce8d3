package dev.postern.probe;

import dev.postern.rollout.Phase;
import java.time.Duration;

/// How long after a probe the next one is due.
///
/// Right after a step in its rollout, a domain's owner waits to see each change; then less and less happens, and the
/// longest-lived caches hold a policy that can't be fetched for an hour.
public final class ProbeInterval {

    private static final Duration BUSY = Duration.ofMinutes(10);
    private static final Duration CALM = Duration.ofMinutes(30);
    private static final Duration QUIET = Duration.ofHours(1);
    private static final Duration ASLEEP = Duration.ofDays(1);
    private static final Duration FIRST_DAY = Duration.ofDays(1);
    private static final Duration FIRST_WEEK = Duration.ofDays(7);
    /// Spreads domains that were added together over the time between two probes.
    private static final double JITTER = 0.1;

    private ProbeInterval() {
    }

    /// @param inPhase how long the domain has been in its phase
    /// @param random  from 0 (inclusive) to 1 (exclusive)
    /// @return the interval of the phase, up to a tenth shorter or longer
    public static Duration of(Phase phase, Duration inPhase, double random) {
        boolean firstDay = inPhase.compareTo(FIRST_DAY) < 0;
        Duration interval = switch (phase) {
            // A domain whose set-up nobody goes on with need not be asked about every few minutes.
            case SETUP -> firstDay ? BUSY : inPhase.compareTo(FIRST_WEEK) < 0 ? QUIET : ASLEEP;
            case TESTING -> firstDay ? BUSY : CALM;
            case ENFORCE, RETIRING -> firstDay ? BUSY : QUIET;
            case NONE -> ASLEEP;
        };
        return spread(interval, random);
    }

    /// Of an MX host, of which only records are asked: they change when somebody sets it up, and hardly ever after.
    ///
    /// @param registered how long ago it was registered
    /// @param random     from 0 (inclusive) to 1 (exclusive)
    public static Duration ofMxHost(Duration registered, double random) {
        return spread(registered.compareTo(FIRST_DAY) < 0 ? BUSY : registered.compareTo(FIRST_WEEK) < 0 ? QUIET
                : ASLEEP, random);
    }

    private static Duration spread(Duration interval, double random) {
        return Duration.ofMillis(Math.round(interval.toMillis() * (1 - JITTER + 2 * JITTER * random)));
    }
}
