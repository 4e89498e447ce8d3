/// Reads the mailboxes that organisations connected, every few minutes, and puts the TLS reports in them on the log, from
/// where they are recorded like any other.
///
/// A mail is marked, moved and remembered as read only once Kafka has it. A crash before that reads it again under the
/// same receipt id, and what is recorded twice counts once: nothing is lost and nothing counted twice.
package dev.postern.ingest.imap;
