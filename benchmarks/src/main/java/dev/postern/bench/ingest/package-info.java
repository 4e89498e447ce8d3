/// How fast reports are taken in: read, received, and recorded until they are visible.
///
/// Each speed stands beside what bounds it, measured in the same run on the same bytes: reading a report beside merely
/// unpacking and tokenising it, the way from a sender to PostgreSQL beside a receiver that only appends to Kafka and
/// beside bare inserts of the rows that came of it. Processor time is counted rather than the clock where it can be, since
/// other work on the machine does not change it.
///
/// [dev.postern.bench.ingest.IngestBench] is where it starts.
package dev.postern.bench.ingest;
