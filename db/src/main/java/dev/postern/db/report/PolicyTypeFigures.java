package dev.postern.db.report;

import dev.postern.tlsrpt.PolicyType;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/// What reports about one domain or MX host counted under one policy type. Figures of two types are two views of the
/// same sessions and are never added up (RFC 8460 §4.3), so there is no sum over these.
///
/// @param lastDay       the newest day reported
/// @param results       failed sessions by result type, most first
/// @param organizations what each reporting organization counted, most failures first
public record PolicyTypeFigures(PolicyType type, long reports, long successful, long failed, LocalDate lastDay,
                                List<Figures.ByResultType> results, List<Figures.ByOrganization> organizations) {
    public PolicyTypeFigures {
        results = List.copyOf(results);
        organizations = List.copyOf(organizations);
    }

    /// How a host's reports stand: how many there are in a period, and for which day the newest is.
    public record Total(UUID domain, long reports, LocalDate lastDay) {
    }
}
