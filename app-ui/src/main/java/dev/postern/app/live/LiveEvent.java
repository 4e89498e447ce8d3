package dev.postern.app.live;

import dev.postern.timeline.TimelineEntry;
import java.util.Optional;
import java.util.UUID;

/// Something new in an organisation, or about a domain that anybody may check. It says what to look at again; the truth
/// is in the database.
public sealed interface LiveEvent {

    /// The timeline has a new entry.
    record TimelineNews(TimelineEntry entry) implements LiveEvent {
    }

    /// A domain was probed, and its findings are new.
    record Probed(UUID domainId) implements LiveEvent {
    }

    /// A probe that somebody waits for got further. It is told while it lasts and stored nowhere.
    ///
    /// @param tenant   whose probe it is; empty for a public check
    /// @param domain   in A-labels
    /// @param vantage  name of the vantage point, each of which goes its own pace
    /// @param step     what was just finished, for people
    /// @param finished steps done
    /// @param total    steps known so far
    /// @param over     whether the result can be read
    record Progress(Optional<UUID> tenant, String domain, String vantage, String step, int finished, int total,
                    boolean over) implements LiveEvent {
    }
}
