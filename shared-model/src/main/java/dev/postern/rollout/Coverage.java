package dev.postern.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How much a simulation rests on. Only authentic reports count, and only sessions that senders held against the policy.
///
/// @param sessions        held against the policy
/// @param organizations   who reported them
/// @param daysWithReports days of the period of which at least one such session was reported
/// @param days            of the period
/// @param largest         sessions of the organization that reported most
public record Coverage(long sessions, int organizations, int daysWithReports, int days, long largest) {

    /// How well that bears a conclusion.
    public enum Strength {
        /// The figures may be chance.
        THIN("Thin"),
        /// They show what happens often.
        FAIR("Fair"),
        /// They show what happens, of those who report.
        GOOD("Good");

        private final String title;

        Strength(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /// What a strength asks for. Every part must be met.
    ///
    /// @param dayShare     of the period's days that have reports, in per cent
    /// @param largestShare of the sessions that one organization may have reported at most, in per cent
    private record Rule(long sessions, int organizations, int daysWithReports, int dayShare, int largestShare) {
    }

    private static final Rule FAIR = new Rule(100, 2, 7, 33, 100);
    /// Two weeks catch what happens only on weekends. Where one sender reports nearly all, its view is the only one.
    private static final Rule GOOD = new Rule(1_000, 3, 14, 66, 90);

    /// The rules in one sentence each, worst first.
    public static final List<String> RULES = List.of("Thin: anything less than fair.", "Fair: " + rule(FAIR),
            "Good: " + rule(GOOD));

    public Strength strength() {
        return missing(GOOD).isEmpty() ? Strength.GOOD : missing(FAIR).isEmpty() ? Strength.FAIR : Strength.THIN;
    }

    /// What it lacks to be better, one phrase each: "47 sessions where 100 are needed". Empty when it is good.
    public List<String> shortfalls() {
        return missing(strength() == Strength.THIN ? FAIR : GOOD);
    }

    private List<String> missing(Rule rule) {
        var missing = new ArrayList<String>();
        if (sessions < rule.sessions()) {
            missing.add(counted(sessions, "session", "sessions") + " where "
                    + String.format(Locale.ENGLISH, "%,d", rule.sessions()) + " are needed");
        }
        if (organizations < rule.organizations()) {
            missing.add(counted(organizations, "organization", "organizations") + " where " + rule.organizations()
                    + " are needed");
        }
        int needed = Math.max(rule.daysWithReports(), (days * rule.dayShare() + 99) / 100);
        if (daysWithReports < needed) {
            missing.add(counted(daysWithReports, "day", "days") + " with reports where " + needed + " are needed");
        }
        if (largest * 100.0 > (double) sessions * rule.largestShare()) {
            missing.add("one organization reported more than " + rule.largestShare() + " % of the sessions");
        }
        return missing;
    }

    private static String rule(Rule rule) {
        return "at least %,d sessions of %d organizations, on %d days and %d %% of the days%s.".formatted(
                rule.sessions(), rule.organizations(), rule.daysWithReports(), rule.dayShare(), rule.largestShare() < 100
                        ? ", no organization with more than " + rule.largestShare() + " % of the sessions" : "");
    }

    private static String counted(long number, String one, String many) {
        return String.format(Locale.ENGLISH, "%,d", number) + " " + (number == 1 ? one : many);
    }
}
