package dev.postern.db.account;

/// How an organisation treats its reports.
///
/// @param onlyAuthentic whether figures and clocks rest only on reports that no stranger can have made up
/// @param retentionDays how long a report's text and failures are kept after the day it is about; its totals stay
public record ReportRules(boolean onlyAuthentic, int retentionDays) {

    /// A log of thirty days may be read again, and a quarter has to be looked back on.
    public static final int LEAST_DAYS = 90;
    public static final int MOST_DAYS = 3650;

    /// @throws IllegalArgumentException when the days are out of range
    public ReportRules {
        if (retentionDays < LEAST_DAYS || retentionDays > MOST_DAYS) {
            throw new IllegalArgumentException("reports are kept from " + LEAST_DAYS + " to " + MOST_DAYS + " days");
        }
    }
}
