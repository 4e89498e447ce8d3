package dev.postern.foundation;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A record of `tag=value` fields with semicolons between, as DKIM, DMARC and BIMI share it (RFC 6376 §3.2).
///
/// @param tags in the order written, names in lower case
record TagList(Map<String, String> tags) {

    /// No record needs as many; more would let a stranger make work.
    private static final int MOST_TAGS = 64;

    TagList {
        tags = new LinkedHashMap<>(tags);
    }

    /// Reads one.
    ///
    /// @return empty when a field is not of the form, or a tag is there twice
    static Optional<TagList> parse(String text) {
        var tags = new LinkedHashMap<String, String>();
        for (String field : text.split(";", -1)) {
            if (field.isBlank()) {
                continue;
            }
            int equals = field.indexOf('=');
            String name = equals < 0 ? "" : field.substring(0, equals).strip();
            if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,31}") || tags.size() >= MOST_TAGS
                    || tags.putIfAbsent(name.toLowerCase(Locale.ROOT), field.substring(equals + 1).strip())
                    != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new TagList(tags));
    }

    Optional<String> get(String tag) {
        return Optional.ofNullable(tags.get(tag));
    }

    /// Whether the first field is this one.
    boolean beginsWith(String tag, String value) {
        return !tags.isEmpty() && tags.entrySet().iterator().next().equals(Map.entry(tag, value));
    }
}
