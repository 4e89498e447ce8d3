package dev.postern.dnswriter;

import dev.postern.outbound.dns.DnsProblem;
import java.time.Duration;

/// How long to wait after failures.
final class Backoff {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    /// What a person has to mend is not mended sooner by asking more often.
    private static final Duration FIRST_FOR_A_PERSON = Duration.ofMinutes(10);
    private static final Duration LONGEST_FOR_A_PERSON = Duration.ofHours(6);
    private static final Duration AFTER_A_CHANGE = Duration.ofSeconds(5);
    private static final int MAX_DOUBLINGS = 20;

    private Backoff() {
    }

    /// @param failures in a row, with this one
    static Duration after(DnsProblem problem, int failures) {
        return switch (problem.kind()) {
            case UNREACHABLE, HOST_UNKNOWN, REFUSED -> doubled(FIRST, LONGEST, failures);
            case CREDENTIALS, NOT_ALLOWED, NOT_PUBLIC, ZONE -> forAPerson(failures);
            case CHANGED -> failures == 1 ? AFTER_A_CHANGE : doubled(FIRST, LONGEST, failures - 1);
            case BUSY -> {
                Duration own = doubled(FIRST, LONGEST, failures);
                yield problem.pause().filter(asked -> asked.compareTo(own) > 0).orElse(own);
            }
        };
    }

    static Duration forAPerson(int failures) {
        return doubled(FIRST_FOR_A_PERSON, LONGEST_FOR_A_PERSON, failures);
    }

    private static Duration doubled(Duration first, Duration longest, int failures) {
        Duration doubled = first.multipliedBy(1L << Math.clamp(failures - 1, 0, MAX_DOUBLINGS));
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
