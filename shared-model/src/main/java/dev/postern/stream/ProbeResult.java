package dev.postern.stream;

import dev.postern.check.Observation;
import java.util.UUID;

/// What a probe saw of one domain.
public record ProbeResult(UUID tenant, UUID domainId, String domain, Observation observation) {
}
