/// The durable log between receiving and recording: a report is acknowledged to its sender once Kafka has it on
/// `tlsrpt.received`, and recording may stop, crash or fall behind without losing one.
package dev.postern.ingest.log;
