package dev.postern.tlsrpt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A TLS-RPT report (RFC 8460 §4.4).
///
/// @param organizationName the reporting organization; empty where the report names none
/// @param reportId         by the sender's word only: anyone can reuse one
/// @param start            begin of the period
/// @param end              its end, not before the begin
public record TlsReport(String organizationName, Optional<String> contactInfo, String reportId, Instant start,
                        Instant end, List<PolicyReport> policies) {
    public TlsReport {
        if (reportId.isEmpty()) {
            throw new IllegalArgumentException("a report has an id");
        }
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("a report's period ends after it begins");
        }
        policies = List.copyOf(policies);
    }
}
