package dev.postern.db.report;

import java.time.Instant;
import java.util.Optional;

/// A rejected report as it is kept.
///
/// @param domain     whose address it came to; empty for what came to the organisation itself
/// @param size       of the content, in bytes
/// @param attempts   how often it was read and rejected
/// @param triedAt    when it was last read again in vain
/// @param replayedAt since when it is on its way to be read again; empty when it is not
public record StoredRejection(RejectedReport rejected, Optional<String> domain, int size, int attempts,
                              Optional<Instant> triedAt, Optional<Instant> replayedAt) {
}
