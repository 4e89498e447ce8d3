package dev.postern.foundation;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A record of `tag=value` fields with semicolons between, as DKIM, DMARC and BIMI share it (RFC 6376 §3.2).
///
/// @param tags in the order written, names in lower case
record TagList(Map<String, String> tags) {

    /// No record needs as many; more would let a stranger make work.
    private static final int MOST_TAGS = 64;
    /// A key of 4096 bits needs less than half of it.
    private static final int LONGEST = 2_000;

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

    /// The same list with other values. A new `p` comes behind the version, where DMARC wants it (RFC 7489 §6.4), other
    /// new fields at the end.
    ///
    /// @param changes by tag in lower case; an empty value takes the field out
    TagList with(Map<String, String> changes) {
        var first = tags.entrySet().stream().limit(1).toList();
        var changed = new LinkedHashMap<String, String>();
        first.forEach(version -> changed.put(version.getKey(), version.getValue()));
        changes.forEach((tag, value) -> {
            if (tag.equals("p")) {
                changed.put(tag, value);
            }
        });
        tags.forEach(changed::putIfAbsent);
        changed.putAll(changes);
        changed.values().removeIf(String::isEmpty);
        return new TagList(changed);
    }

    /// As to publish; empty when nobody should copy it, as it is very long or more than printable US-ASCII.
    Optional<String> render() {
        String text = tags.entrySet().stream().map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("; "));
        return text.length() <= LONGEST && text.chars().allMatch(c -> c >= 0x20 && c < 0x7F) ? Optional.of(text)
                : Optional.empty();
    }
}
