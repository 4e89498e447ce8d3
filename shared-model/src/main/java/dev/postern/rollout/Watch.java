package dev.postern.rollout;

import dev.postern.tlsrpt.ResultType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The clock inside [Phase#TESTING]: clean days in a row, and the coverage they rest on.
///
/// A day counts when at least one authentic report covers it and none tells of a failure that `enforce` would have
/// refused. Silence is not evidence: a day without a report neither counts nor resets, and days of long ago stop
/// counting. Nor is what a stranger says: days count, and failures reset the clock, only when
/// [their sender may][SenderDay#mayReset]. Other failures are unconfirmed, and shown.
///
/// @param cleanDays     days with authentic reports and without a blocking failure, since testing began or the last
///                      reset, within the time looked at
/// @param sessions      sessions that authentic reports count on those days
/// @param organizations who reported them
/// @param reset         the last failure that set the clock back, if there was one
/// @param unconfirmed   failed sessions since then that `enforce` would have refused, told by who may not reset the clock
/// @param setAside      failed sessions that a person has set aside
/// @param lastReported  the last day with an authentic report
public record Watch(int cleanDays, long sessions, Set<String> organizations, Optional<Reset> reset, long unconfirmed,
                    long setAside, Optional<LocalDate> lastReported) {

    /// How long a signer must have been known.
    public static final Duration ACQUAINTANCE = Duration.ofDays(3);
    /// Clean days count within so many times the days that are needed: half a year of silence between them is no watch.
    private static final int WINDOW = 2;

    /// Nothing was reported.
    public static final Watch NOTHING = new Watch(0, 0, Set.of(), Optional.empty(), 0, 0, Optional.empty());

    /// What set the clock back. Of a day with several, the failure with the most sessions.
    ///
    /// @param mx empty where the sender named none
    public record Reset(LocalDate day, String organization, ResultType type, String mx, long sessions) {
    }

    public Watch {
        organizations = Set.copyOf(organizations);
    }

    /// @param days  in any order, any number for each day
    /// @param since the first day of the phase; earlier days tell nothing of this policy
    public static Watch over(List<SenderDay> days, List<SetAside> setAsides, WatchRules rules, LocalDate since,
                             Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        var watched = days.stream().filter(day -> !day.day().isBefore(since) && !day.day().isAfter(today)).toList();
        var resets = new ArrayList<Reset>();
        var unconfirmed = new ArrayList<Reset>();
        long aside = 0;
        for (SenderDay day : watched) {
            for (SenderDay.Failure failure : day.failures()) {
                if (setAsides.stream().anyMatch(each -> each.covers(day.day(), day.organization(), failure))) {
                    aside += failure.sessions();
                } else {
                    (day.mayReset(now) ? resets : unconfirmed).add(new Reset(day.day(), day.organization(),
                            failure.type(), failure.mx(), failure.sessions()));
                }
            }
        }
        Optional<Reset> last = resets.stream().max(Comparator.comparing(Reset::day).thenComparing(Reset::sessions)
                .thenComparing(Reset::organization).thenComparing(Reset::type).thenComparing(Reset::mx));
        LocalDate first = last.map(reset -> reset.day().plusDays(1)).orElse(since);
        LocalDate oldest = today.minusDays((long) WINDOW * rules.days());
        LocalDate from = first.isAfter(oldest) ? first : oldest;
        var clean = watched.stream().filter(day -> day.covers(now) && !day.day().isBefore(from)).toList();
        var organizations = new TreeSet<String>();
        clean.forEach(day -> organizations.add(day.organization()));
        return new Watch((int) clean.stream().map(SenderDay::day).distinct().count(),
                clean.stream().mapToLong(SenderDay::sessions).sum(), organizations, last,
                unconfirmed.stream().filter(each -> !each.day().isBefore(first)).mapToLong(Reset::sessions).sum(), aside,
                watched.stream().filter(day -> day.covers(now)).map(SenderDay::day).max(Comparator.naturalOrder()));
    }

    /// The day of the last reset.
    public Optional<LocalDate> resetOn() {
        return reset.map(Reset::day);
    }
}
