package dev.postern.app.live;

import dev.postern.timeline.TimelineEntry;
import java.util.UUID;

/// Something new in an organisation. It says what to look at again; the truth is in the database.
public sealed interface LiveEvent {

    /// The timeline has a new entry.
    record TimelineNews(TimelineEntry entry) implements LiveEvent {
    }

    /// A domain was probed, and its findings are new.
    record Probed(UUID domainId) implements LiveEvent {
    }
}
