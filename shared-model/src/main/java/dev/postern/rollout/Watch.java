package dev.postern.rollout;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The clock inside [Phase#TESTING]: clean days in a row, and the coverage they rest on.
///
/// A day counts when at least one report covers it and none tells of a failure that `enforce` would have refused.
/// Silence is not evidence: a day without a report neither counts nor resets. Nor does what a stranger says: failures
/// reset the clock only when [their sender may][SenderDay#mayReset]. The others are unconfirmed, and shown.
///
/// @param cleanDays   days with reports and without a blocking failure, since testing began or the last reset
/// @param sessions    sessions reported on those days
/// @param resetOn     the last day with a blocking failure, if there was one
/// @param unconfirmed failed sessions since then that `enforce` would have refused, told by who may not reset the clock
public record Watch(int cleanDays, long sessions, Optional<LocalDate> resetOn, long unconfirmed) {

    /// How long a signer must have been known.
    public static final Duration ACQUAINTANCE = Duration.ofDays(3);

    /// @param days         in any order, any number for each day
    /// @param testingSince the first day in testing; earlier days tell nothing of this policy
    public static Watch over(List<SenderDay> days, LocalDate testingSince, Instant now) {
        var watched = days.stream().filter(day -> !day.day().isBefore(testingSince) && day.reports() > 0).toList();
        Optional<LocalDate> reset = watched.stream().filter(day -> day.blockingFailures() > 0 && day.mayReset(now))
                .map(SenderDay::day).max(Comparator.naturalOrder());
        var clean = watched.stream().filter(day -> reset.map(last -> day.day().isAfter(last)).orElse(true)).toList();
        return new Watch(clean.stream().map(SenderDay::day).collect(Collectors.toSet()).size(),
                clean.stream().mapToLong(SenderDay::sessions).sum(), reset,
                clean.stream().mapToLong(SenderDay::blockingFailures).sum());
    }
}
