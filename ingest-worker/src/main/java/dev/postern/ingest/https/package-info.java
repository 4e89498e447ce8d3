/// Receives reports by HTTPS (RFC 8460 §5.4), as plain HTTP behind an edge that ends TLS. A report is acknowledged
/// once the log has it.
package dev.postern.ingest.https;
