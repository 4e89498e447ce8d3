package dev.postern.rollout.plan;

import dev.postern.name.HostName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/// Times and names in a plan's sentences.
final class Saying {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final long MINUTE_SECONDS = 60;
    private static final long HOUR_SECONDS = 3_600;
    private static final long DAY_SECONDS = 86_400;

    private Saying() {
    }

    static String time(Instant at) {
        return MINUTE.format(at);
    }

    /// In the largest unit that fits without a rest, `7 days`, `90 minutes`.
    static String span(Duration span) {
        long seconds = span.toSeconds();
        return seconds >= DAY_SECONDS && seconds % DAY_SECONDS == 0 ? count(seconds / DAY_SECONDS, "day")
                : seconds >= HOUR_SECONDS && seconds % HOUR_SECONDS == 0 ? count(seconds / HOUR_SECONDS, "hour")
                : seconds >= MINUTE_SECONDS && seconds % MINUTE_SECONDS == 0 ? count(seconds / MINUTE_SECONDS, "minute")
                : count(seconds, "second");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    static String hosts(Collection<HostName> hosts) {
        return hosts.stream().map(HostName::ascii).collect(Collectors.joining(", "));
    }
}
