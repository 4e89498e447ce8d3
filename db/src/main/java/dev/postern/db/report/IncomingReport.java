package dev.postern.db.report;

import dev.postern.parse.Problem;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.TlsReport;
import java.util.List;
import java.util.UUID;

/// A report that was read and belongs to a domain.
///
/// @param key     the key it will be stored under
/// @param authenticity what its signatures say
/// @param notes   what was forgiven in reading it
/// @param json    the report's JSON as sent, without compression
public record IncomingReport(UUID key, UUID domainId, String policyDomain, TlsReport report, Authenticity authenticity,
                             List<Problem> notes, Receipt receipt, byte[] json) {
}
