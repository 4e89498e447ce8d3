package dev.postern.rollout;

/// What an organisation asks of a watch before a domain may go to `enforce`.
///
/// @param days          clean days with reports, [#LEAST_DAYS] to [#MOST_DAYS]
/// @param organizations reporting organizations on those days, at least one
/// @param sessions      sessions on those days, at least one
public record WatchRules(int days, int organizations, long sessions) {

    /// Two weeks catch what happens only on weekends or once a week.
    public static final int LEAST_DAYS = 14;
    /// Four weeks catch what happens once a month.
    public static final int MOST_DAYS = 28;
    public static final int MOST_ORGANIZATIONS = 20;
    public static final long MOST_SESSIONS = 1_000_000;

    /// What holds until an organisation chooses otherwise.
    public static final WatchRules USUAL = new WatchRules(21, 2, 100);

    /// @throws IllegalArgumentException when one is out of range
    public WatchRules {
        if (days < LEAST_DAYS || days > MOST_DAYS) {
            throw new IllegalArgumentException("a watch lasts " + LEAST_DAYS + " to " + MOST_DAYS + " days");
        }
        if (organizations < 1 || organizations > MOST_ORGANIZATIONS) {
            throw new IllegalArgumentException("a watch needs 1 to " + MOST_ORGANIZATIONS + " organizations");
        }
        if (sessions < 1 || sessions > MOST_SESSIONS) {
            throw new IllegalArgumentException("a watch needs 1 to " + MOST_SESSIONS + " sessions");
        }
    }
}
