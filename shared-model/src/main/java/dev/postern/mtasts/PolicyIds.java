package dev.postern.mtasts;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/// Ids for new versions of a policy: 1 to 32 letters and digits (RFC 8461 §3.1).
public final class PolicyIds {

    private static final int MAX_LENGTH = 32;
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC);
    private static final Pattern OURS = Pattern.compile("([0-9]{14})([a-z]*)");

    private PolicyIds() {
    }

    /// An id from the time, which people can read: `20261123160000`, then `20261123160000a` within the same second.
    ///
    /// It always differs from the previous one, as an id that stays tells senders that nothing changed. After one of
    /// our own it also sorts later, even when the clock was set back: no id is used twice for two policies.
    ///
    /// @param previous the id now published, whoever made it
    public static String next(Instant now, Optional<String> previous) {
        String id = SECOND.format(now);
        return previous.map(OURS::matcher).filter(last -> last.matches() && last.group(1).compareTo(id) >= 0)
                .map(last -> last.group(1) + after(last.group(2)))
                .filter(next -> next.length() <= MAX_LENGTH)
                .orElse(id);
    }

    private static String after(String suffix) {
        int last = suffix.length() - 1;
        return suffix.isEmpty() || suffix.charAt(last) == 'z'
                ? suffix + "a"
                : suffix.substring(0, last) + (char) (suffix.charAt(last) + 1);
    }
}
