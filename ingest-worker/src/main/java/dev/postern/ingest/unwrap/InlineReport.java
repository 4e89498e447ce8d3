package dev.postern.ingest.unwrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/// A report that stands in the text of a mail, below words of whoever forwarded it and perhaps behind `> `.
///
/// The JSON object is cut out of the text. Where a mail program broke a line within a JSON text, the break is taken
/// out again, as JSON knows none there.
final class InlineReport {

    private static final int MOST_TRIES = 20;

    private final String text;

    private InlineReport(String text) {
        this.text = text;
    }

    /// @param text of a part of type `text/plain`, in UTF-8
    static Optional<byte[]> in(byte[] text) {
        String decoded = new String(text, UTF_8);
        if (!decoded.contains("policies") || !decoded.contains("date-range")) {
            return Optional.empty();
        }
        return new InlineReport(unquoted(decoded)).find();
    }

    /// Without the marks of quotation, when the line that the object begins in has some.
    private static String unquoted(String text) {
        int brace = text.indexOf('{');
        int line = brace < 0 ? -1 : text.lastIndexOf('\n', brace);
        return brace >= 0 && text.startsWith(">", line + 1) ? text.replaceAll("(?m)^(?:> ?)++", "") : text;
    }

    private Optional<byte[]> find() {
        int tries = 0;
        for (int start = text.indexOf('{'); start >= 0 && tries < MOST_TRIES; tries++, start = text.indexOf('{', start + 1)) {
            Optional<String> object = objectAt(start).filter(found -> found.contains("\"policies\"")
                    && found.contains("\"date-range\""));
            if (object.isPresent()) {
                return object.map(json -> json.getBytes(UTF_8));
            }
        }
        return Optional.empty();
    }

    /// Up to the brace that closes it; empty when none does.
    private Optional<String> objectAt(int start) {
        var object = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && (c == '\r' || c == '\n')) {
                i = joined(object, i);
                continue;
            }
            object.append(c);
            if (quoted) {
                if (c == '\\' && i + 1 < text.length()) {
                    object.append(text.charAt(++i));
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return Optional.of(object.toString());
            }
        }
        return Optional.empty();
    }

    /// Passes over a line's end within a JSON text, which stood for a space (RFC 3676 §4.2).
    ///
    /// @return where its last character is
    private int joined(StringBuilder object, int at) {
        if (object.charAt(object.length() - 1) != ' ') {
            object.append(' ');
        }
        return text.startsWith("\r\n", at) ? at + 1 : at;
    }
}
