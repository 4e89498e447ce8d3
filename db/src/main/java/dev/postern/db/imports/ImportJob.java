package dev.postern.db.imports;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// One import, as far as it is read.
///
/// @param name      of the file, or of the first of several
/// @param startedBy as shown to others
/// @param bytes     of the files
/// @param progress  how far it is
/// @param endedAt   when reading ended
public record ImportJob(UUID id, String name, String startedBy, Instant createdAt, long bytes, Progress progress,
                        Optional<Instant> endedAt) {

    /// How far the reading is.
    ///
    /// @param bytesRead of the files
    /// @param items     that the log has
    /// @param leftOut   what can't be a report
    /// @param reasons   why things were left out, the most frequent first
    /// @param problem   why reading ended early, for people; empty when it did not
    public record Progress(ImportState state, long bytesRead, long items, long leftOut, List<LeftOut> reasons,
                           String problem) {

        public static final Progress NONE = new Progress(ImportState.WAITING, 0, 0, 0, List.of(), "");

        public Progress {
            reasons = List.copyOf(reasons);
        }
    }

    /// What was left out for one reason.
    ///
    /// @param code     stable name of the reason
    /// @param reason   in words
    /// @param examples names of the first few
    public record LeftOut(String code, String reason, long count, List<String> examples) {
    }

    public ImportState state() {
        return progress.state();
    }
}
