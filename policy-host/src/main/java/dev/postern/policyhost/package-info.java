/// Answers `https://mta-sts.<domain>/.well-known/mta-sts.txt` for every domain whose policy Postern hosts
/// (RFC 8461 §3.3), and nothing else.
///
/// A policy host that is away costs its domains the protection they asked for, so this one depends on as little as
/// can be: it reads the compacted topic `policy.published` into memory once, follows it, and from then on answers
/// without asking anybody. The database is not known to it, and Kafka may go away once it has been read.
///
/// Who fetches a policy is counted in memory and passed on to the topic `policy.fetched` behind the answer's back: it
/// tells, after a mistake, who holds what until when.
///
/// TLS is the business of an edge in front (Caddy, a load balancer), which may ask `/allowed?domain=…` before it
/// orders a certificate.
package dev.postern.policyhost;
