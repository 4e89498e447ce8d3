package dev.postern.stream;

import java.time.Instant;
import java.util.UUID;

/// Asks for a probe of one domain.
///
/// @param requestedAt when; a probe that began later answers it
public record ProbeRequest(UUID tenant, UUID domainId, String domain, Instant requestedAt) {
}
