/// The Kafka topics, who writes what on them, and the form of each message.
///
/// | topic | key | value |
/// |---|---|---|
/// | `tlsrpt.received` | report token, or anything with the header `tenant` | the bytes as received; [dev.postern.stream.ReceiptHeaders] |
/// | `tlsrpt.rejected` | report token | the same bytes and headers, with the reason |
/// | `probe.requested` | domain | [dev.postern.stream.ProbeRequest] as JSON |
/// | `probe.requested.now` | domain | the same, for a person who waits |
/// | `check.requested` | domain | [dev.postern.stream.CheckRequest] as JSON: the public check of any domain |
/// | `probe.progress` | domain | [dev.postern.stream.ProbeProgress] as JSON |
/// | `probe.observed` | domain | [dev.postern.stream.ProbeResult] as JSON |
/// | `policy.published` | policy domain | the policy's body; compacted, a null value takes it away |
/// | `policy.fetched` | policy domain | [dev.postern.stream.PolicyFetches] as JSON |
/// | `timeline.event` | tenant | [dev.postern.stream.TimelineMessage] as JSON |
///
/// A key keeps one domain's work in order on one partition.
package dev.postern.stream;
