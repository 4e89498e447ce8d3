package dev.postern.db.report;

import dev.postern.parse.Problem;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportingDay;
import dev.postern.tlsrpt.TlsReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/// A report that was read and belongs to a domain.
///
/// @param key          the key it will be stored under
/// @param authenticity what its signatures say
/// @param notes        what was forgiven in reading it
/// @param json         the report's JSON as sent, without compression
public record IncomingReport(UUID key, UUID domainId, String policyDomain, TlsReport report, Authenticity authenticity,
                             List<Problem> notes, Receipt receipt, byte[] json) {

    /// The day that it counts for.
    public LocalDate day() {
        return ReportingDay.of(report.start(), report.end());
    }

    /// Whether no stranger can have made it up: it is signed by its sender, or a member uploaded it.
    public boolean authentic() {
        return authenticity.state() == Authenticity.State.VERIFIED || receipt.transport().equals(Receipt.UPLOAD);
    }

    /// What it is called, by its sender's word: the same name is counted once. Organization and id are part of it in
    /// full, and neither has a line break.
    Sha256 name() {
        return Sha256.digestOf(String.join("\n", report.organizationName(), report.reportId(), policyDomain,
                micros(report.start()), micros(report.end())).getBytes(StandardCharsets.UTF_8));
    }

    Sha256 content() {
        return Sha256.digestOf(json);
    }

    private static String micros(Instant instant) {
        return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
    }
}
