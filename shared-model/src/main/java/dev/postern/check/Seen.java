package dev.postern.check;

import dev.postern.observation.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What there is to judge a domain by.
///
/// @param now     the newest observation of each vantage point, the newest first, at least one
/// @param before  what the first one's vantage point saw before; empty at the first look
/// @param earlier what the check of the id's change said then; empty at the first look
public record Seen(List<Observation> now, Optional<Observation> before, Optional<Finding> earlier) {

    /// Older observations of other vantage points tell of another time, not of another place.
    public static final Duration TOGETHER = Duration.ofMinutes(15);

    public Seen {
        var newest = now.getFirst();
        now = now.stream().filter(each -> Duration.between(each.at(), newest.at()).abs().compareTo(TOGETHER) <= 0)
                .toList();
    }

    /// One look, by itself.
    public static Seen once(Observation observation) {
        return new Seen(List.of(observation), Optional.empty(), Optional.empty());
    }

    public Observation newest() {
        return now.getFirst();
    }
}
