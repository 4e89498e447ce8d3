package dev.postern.rollout;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The clock inside [Phase#TESTING]: clean days in a row, and the coverage they rest on.
///
/// A day counts when at least one report covers it and none tells of a failure that `enforce` would have refused.
/// Silence is not evidence: a day without a report neither counts nor resets.
///
/// @param cleanDays  days with reports and without a blocking failure, since testing began or the last reset
/// @param sessions   sessions reported on those days
/// @param resetOn    the last day with a blocking failure, if there was one
public record Watch(int cleanDays, long sessions, Optional<LocalDate> resetOn) {

    /// @param days         the reported days, in any order, one entry a day
    /// @param testingSince the first day in testing; earlier days tell nothing of this policy
    public static Watch over(List<WatchDay> days, LocalDate testingSince) {
        var watched = days.stream().filter(day -> !day.day().isBefore(testingSince)).toList();
        Optional<LocalDate> reset = watched.stream().filter(day -> day.blockingFailures() > 0)
                .map(WatchDay::day).max(Comparator.naturalOrder());
        var clean = watched.stream()
                .filter(day -> day.reports() > 0 && reset.map(r -> day.day().isAfter(r)).orElse(true)).toList();
        return new Watch(clean.size(), clean.stream().mapToLong(WatchDay::sessions).sum(), reset);
    }
}
