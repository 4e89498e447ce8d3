package dev.postern.db.report;

import java.util.Optional;
import java.util.UUID;

/// Something that came to a report address or to an organisation and could not be counted.
///
/// @param domainId empty for what came to the organisation itself and is about none of its domains
/// @param code   stable name of the reason
/// @param reason the reason in words
public record RejectedReport(Optional<UUID> domainId, Receipt receipt, String code, String reason) {
}
