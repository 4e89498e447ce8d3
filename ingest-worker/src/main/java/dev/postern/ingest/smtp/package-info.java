/// Receives reports by mail (RFC 8460 §5.3). A message is acknowledged once the log has it.
package dev.postern.ingest.smtp;
