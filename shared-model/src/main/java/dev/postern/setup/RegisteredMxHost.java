package dev.postern.setup;

import dev.postern.name.DomainName;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// An MX host that an organisation has registered, to get the reports about it. It has no policy and no phase.
///
/// @param name           the host, in A-labels; it is bounded as a mail domain's is, since `_smtp._tls.` stands in front
/// @param ownershipToken the value that proves control when published in the host's DNS
/// @param reportToken    the unguessable part of its report address
public record RegisteredMxHost(UUID id, DomainName name, String ownershipToken, String reportToken,
                               Optional<Instant> verifiedAt, Optional<OwnershipProof> verifiedBy, Instant createdAt,
                               Optional<Instant> lastProbeAt) implements PolicyDomain {
}
