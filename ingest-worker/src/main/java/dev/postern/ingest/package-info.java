/// Takes TLS reports in: receives them by SMTP and HTTPS, and records them.
///
/// The two halves meet only in Kafka. `smtp` and `https` hand the bytes to `log` and acknowledge once it has them;
/// `record` reads the log, has `unwrap` take the reports out of their mail, and stores them.
package dev.postern.ingest;
