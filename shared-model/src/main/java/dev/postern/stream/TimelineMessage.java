package dev.postern.stream;

import dev.postern.timeline.TimelineEntry;
import java.util.UUID;

/// Tells that something about a tenant is new.
///
/// @param entry the event
public record TimelineMessage(UUID tenant, TimelineEntry entry) {
}
