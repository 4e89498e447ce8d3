/// The ingest worker: receives TLS-RPT reports (RFC 8460) by SMTP and HTTPS, and records them.
///
/// | package | what |
/// |---|---|
/// | [dev.postern.ingest.smtp], [dev.postern.ingest.https] | receive; they need Kafka and no database |
/// | [dev.postern.ingest.receive] | reads strangers' bodies within limits |
/// | [dev.postern.ingest.log] | the log between the two halves |
/// | [dev.postern.ingest.unwrap] | takes reports out of mails |
/// | [dev.postern.ingest.record] | records them in PostgreSQL, once |
package dev.postern.ingest;
