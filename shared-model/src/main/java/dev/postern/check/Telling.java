package dev.postern.check;

import java.time.Duration;
import java.time.Instant;

/// What the timeline has told of a check, so that one that flaps does not flood it.
///
/// A change is told at once. "Could not tell" is told when it stays so for three looks in a row: DNS and networks
/// hiccup. After three changes in quick succession, the next one is told only when it stays so for three looks, too.
///
/// @param told   the verdict that was told last
/// @param unrestAt when a look last saw another verdict than the one told before it
/// @param held     how many looks in a row have seen another verdict
/// @param flips    changes told with less than an hour of rest between them
public record Telling(Verdict told, Instant unrestAt, int held, int flips) {

    private static final int STEADY = 3;
    private static final int FLAPS = 3;
    private static final Duration QUICK = Duration.ofHours(1);

    /// The first look, of which nothing is told.
    public static Telling first(Verdict seen, Instant at) {
        return new Telling(seen, at, 0, 0);
    }

    /// After one more look. A change is to be told when [#told] differs from before.
    public Telling next(Verdict seen, Instant at) {
        if (seen == told) {
            return new Telling(told, unrestAt, 0, flips);
        }
        boolean quick = Duration.between(unrestAt, at).compareTo(QUICK) < 0;
        boolean atOnce = seen != Verdict.UNKNOWN && !(quick && flips >= FLAPS);
        if (atOnce || held + 1 >= STEADY) {
            return new Telling(seen, at, 0, quick ? flips + 1 : 0);
        }
        return new Telling(told, at, held + 1, flips);
    }
}
