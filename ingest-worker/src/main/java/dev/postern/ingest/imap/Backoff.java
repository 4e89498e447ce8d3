package dev.postern.ingest.imap;

import dev.postern.outbound.imap.MailboxProblem;
import java.time.Duration;

/// How long to wait after failures.
final class Backoff {

    private static final Duration LONGEST = Duration.ofHours(1);
    /// Many providers lock an account that is signed in to wrongly again and again.
    private static final Duration LONGEST_AFTER_REFUSAL = Duration.ofHours(12);
    private static final Duration FIRST_AFTER_REFUSAL = Duration.ofMinutes(30);
    private static final int MAX_DOUBLINGS = 20;

    private Backoff() {
    }

    /// @param failures in a row, with this one
    /// @param interval between two looks when all is well
    static Duration after(MailboxProblem.Kind kind, int failures, Duration interval) {
        boolean refused = kind == MailboxProblem.Kind.SIGN_IN;
        Duration first = refused && interval.compareTo(FIRST_AFTER_REFUSAL) < 0 ? FIRST_AFTER_REFUSAL : interval;
        Duration longest = refused ? LONGEST_AFTER_REFUSAL : LONGEST;
        Duration doubled = first.multipliedBy(1L << Math.clamp(failures - 1, 0, MAX_DOUBLINGS));
        Duration bounded = doubled.compareTo(longest) > 0 ? longest : doubled;
        return bounded.compareTo(first) < 0 ? first : bounded;
    }
}
