package dev.postern.ingest.unwrap;

/// Something that may be a report: JSON, plain or gzip, or what was declared to be that.
///
/// @param contentType as declared; empty when nothing was
public record ReportCandidate(byte[] bytes, String contentType) {
}
