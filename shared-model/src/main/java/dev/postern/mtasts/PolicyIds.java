package dev.postern.mtasts;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// Ids for new versions of a policy: 1 to 32 letters and digits (RFC 8461 §3.1).
public final class PolicyIds {

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC);

    private PolicyIds() {
    }

    /// An id from the time, which people can read. It differs from the previous one even within the same second: an id
    /// that stays tells senders that nothing changed.
    public static String next(Instant now, Optional<String> previous) {
        String id = SECOND.format(now);
        if (previous.isEmpty() || !previous.get().startsWith(id)) {
            return id;
        }
        String suffix = previous.get().substring(id.length());
        if (suffix.isEmpty()) {
            return id + "a";
        }
        char last = suffix.charAt(suffix.length() - 1);
        return last < 'z' ? id + suffix.substring(0, suffix.length() - 1) + (char) (last + 1) : id + suffix + "a";
    }
}
