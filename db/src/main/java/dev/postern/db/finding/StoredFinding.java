package dev.postern.db.finding;

import dev.postern.check.Finding;
import java.time.Instant;

/// A finding and its times.
///
/// @param checkedAt when it was last confirmed
/// @param since     since when the verdict has been the same
public record StoredFinding(Finding finding, Instant checkedAt, Instant since) {
}
