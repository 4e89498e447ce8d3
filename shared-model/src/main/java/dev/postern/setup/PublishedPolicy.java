package dev.postern.setup;

import dev.postern.mtasts.StsPolicy;
import java.time.Instant;

/// A policy as Postern keeps it: one version of a domain's history.
///
/// @param version   counts from 1 per domain
/// @param id        the id for the `_mta-sts` record (RFC 8461 §3.1)
/// @param createdBy who published it, as shown to people
public record PublishedPolicy(int version, StsPolicy policy, String id, Instant createdAt, String createdBy) {
}
