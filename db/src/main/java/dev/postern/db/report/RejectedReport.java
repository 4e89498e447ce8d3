package dev.postern.db.report;

import java.util.UUID;

/// Something that came to a domain's report address and could not be counted.
///
/// @param code   stable name of the reason
/// @param reason the reason in words
public record RejectedReport(UUID domainId, Receipt receipt, String code, String reason) {
}
