package dev.postern.setup;

import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// A mail domain that an organisation has added.
///
/// @param phaseSince     when it entered its phase
/// @param ownershipToken the value that proves control when published in the domain's DNS
/// @param reportToken    the unguessable part of its report address
/// @param additionalRua  a further report address of the customer's own, a `mailto:` or `https:` URI
/// @param verifiedAt     when ownership was proven; empty until then
/// @param observedMx     MX hosts as last seen, in order of preference; empty until seen
/// @param lastProbeAt    when it was last probed
/// @param dkimSelectors  the selectors that the organisation says it signs with, lower case
public record MailDomain(UUID id, DomainName name, Phase phase, Instant phaseSince, PolicyHosting hosting,
                         String ownershipToken, String reportToken, Optional<String> additionalRua,
                         Optional<Instant> verifiedAt, Optional<OwnershipProof> verifiedBy, Instant createdAt,
                         List<String> observedMx, Optional<Instant> lastProbeAt, Set<String> dkimSelectors)
        implements PolicyDomain {
    public MailDomain {
        observedMx = List.copyOf(observedMx);
        dkimSelectors = Set.copyOf(dkimSelectors);
    }
}
