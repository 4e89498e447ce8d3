package dev.postern.timeline;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// An event with its place.
///
/// @param domainId the domain it belongs to; empty once that was removed, and for events of the organisation
/// @param at       when it happened
public record TimelineEntry(UUID id, Optional<UUID> domainId, Instant at, TimelineEvent event) {
}
