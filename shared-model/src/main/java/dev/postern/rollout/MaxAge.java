package dev.postern.rollout;

import java.time.Duration;
import java.util.Optional;

/// The steps of `max_age`: short while a mistake must be undone quickly, long once nothing moves any more
/// (RFC 8461 §3.2: "weeks or greater").
public enum MaxAge {
    DAY(1, "1 day"),
    WEEK(7, "1 week"),
    MONTH(30, "30 days"),
    QUARTER(90, "90 days"),
    HALF_YEAR(180, "180 days");

    private final Duration duration;
    private final String words;

    MaxAge(int days, String words) {
        this.duration = Duration.ofDays(days);
        this.words = words;
    }

    public Duration duration() {
        return duration;
    }

    public long seconds() {
        return duration.toSeconds();
    }

    public String words() {
        return words;
    }

    /// The next longer step; empty after the last.
    public Optional<MaxAge> longer() {
        return ordinal() + 1 < values().length ? Optional.of(values()[ordinal() + 1]) : Optional.empty();
    }

    /// The longest step that is no longer than this; the shortest where none is.
    public static MaxAge atMost(long seconds) {
        MaxAge found = DAY;
        for (MaxAge each : values()) {
            if (each.seconds() <= seconds) {
                found = each;
            }
        }
        return found;
    }
}
