package dev.postern.db.report;

import java.time.Instant;
import java.util.Optional;

/// What had to go because an organisation's rejected reports were too many.
///
/// @param dropped      items, oldest first
/// @param droppedBytes of their contents
/// @param lastDropped  when the last had to go
public record RejectedUsage(long dropped, long droppedBytes, Optional<Instant> lastDropped) {
}
