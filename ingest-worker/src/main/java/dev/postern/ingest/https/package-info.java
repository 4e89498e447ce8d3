/// Receives reports by HTTPS (RFC 8460 §5.4), behind a TLS edge. A report is acknowledged once the log has it.
package dev.postern.ingest.https;
