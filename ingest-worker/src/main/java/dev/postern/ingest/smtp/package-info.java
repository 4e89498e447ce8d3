/// Receives reports by mail (RFC 8460 §5.3): a mail server that takes mail for report addresses and nothing else, and
/// says 250 only once the log has it.
package dev.postern.ingest.smtp;
