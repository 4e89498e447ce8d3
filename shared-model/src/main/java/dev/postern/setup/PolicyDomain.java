package dev.postern.setup;

import dev.postern.name.DomainName;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What reports are about (RFC 8460 §1.1): a mail domain, or with DANE an MX host, the TLSA base domain
/// (RFC 7672 §2.2.3). Each has a report address of its own, and shows its reports once ownership is proven.
public sealed interface PolicyDomain permits MailDomain, RegisteredMxHost {

    UUID id();

    DomainName name();

    /// The value that proves control when published in the DNS.
    String ownershipToken();

    /// The unguessable part of the report address.
    String reportToken();

    /// When ownership was proven; empty until then.
    Optional<Instant> verifiedAt();

    Optional<OwnershipProof> verifiedBy();

    Instant createdAt();

    /// When it was last probed.
    Optional<Instant> lastProbeAt();

    default boolean verified() {
        return verifiedAt().isPresent();
    }
}
