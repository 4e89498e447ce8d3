package dev.postern.db.report;

import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;

/// Rows of the figures that charts show.
public final class Figures {

    private Figures() {
    }

    /// One day's reports, in UTC.
    public record Day(LocalDate day, long reports, long successful, long failed) {
    }

    /// Failed sessions of one day by result type.
    public record DayFailures(LocalDate day, ResultType type, long failed) {
    }

    /// Failed sessions by result type.
    public record ByResultType(ResultType type, long failed) {
    }

    /// Failed sessions by receiving MX.
    ///
    /// @param mx empty where the sender named none
    public record ByMx(String mx, long failed) {
    }

    /// What one reporting organization counted.
    public record ByOrganization(String organizationName, long reports, long successful, long failed) {
    }

    /// Sessions under one policy type. Not to be added to those of another.
    public record ByPolicyType(PolicyType type, long reports, long successful, long failed) {
    }
}
