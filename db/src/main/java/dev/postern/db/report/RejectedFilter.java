package dev.postern.db.report;

import java.util.Optional;
import java.util.UUID;

/// Which rejected reports are asked for.
///
/// @param domain only what came to this domain's address
/// @param code   only what was rejected for this reason
public record RejectedFilter(Optional<UUID> domain, Optional<String> code) {

    public static final RejectedFilter ALL = new RejectedFilter(Optional.empty(), Optional.empty());
}
