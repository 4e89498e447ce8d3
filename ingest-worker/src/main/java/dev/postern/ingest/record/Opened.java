package dev.postern.ingest.record;

import dev.postern.ingest.log.ReceivedReport;
import dev.postern.parse.Parsed;
import java.util.List;

/// A message of the log, opened: the reports in it, or why it has none.
///
/// @param pieces at least one
/// @param weight bytes of JSON that it holds in memory
record Opened(ReceivedReport received, List<Piece> pieces, long weight) {

    /// One report of a message.
    ///
    /// @param received what is kept should it be rejected: the whole message where it holds one report, since its header
    ///                 may tell more; of several, each by itself
    record Piece(ReceivedReport received, Parsed<ReportContent.Read> content) {
    }
}
