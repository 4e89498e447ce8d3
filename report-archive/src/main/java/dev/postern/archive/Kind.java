package dev.postern.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.regex.Pattern;

/// What a file is, by its first bytes; only where these leave it open, by its name.
enum Kind {
    EMPTY, ZIP, TAR, GZIP, MBOX, MAIL, JSON, OTHER;

    /// Bytes that are needed to tell; fewer where a file is shorter.
    static final int START = 1024;

    private static final int TAR_MAGIC = 257;
    /// A header field (RFC 5322 §2.2), and behind its line another or a folded one, or the end of the header.
    private static final Pattern HEADER = Pattern.compile(
            "[!-9;-~]{1,76}[ \\t]*:[^\\n]*(\\n(?:[ \\t]|[!-9;-~]{1,76}[ \\t]*:|\\r?\\n)|$)[\\s\\S]*");

    static Kind of(byte[] start, String name) {
        String text = new String(start, ISO_8859_1);
        if (start.length == 0) {
            return EMPTY;
        }
        if (text.startsWith("PK\u0003\u0004") || text.startsWith("PK\u0005\u0006")) {
            return ZIP;
        }
        if (text.startsWith("\u001f\u008b")) {
            return GZIP;
        }
        if (text.startsWith("ustar", TAR_MAGIC)) {
            return TAR;
        }
        if (text.startsWith("From ")) {
            return MBOX;
        }
        String body = (text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text).stripLeading();
        if (body.isEmpty()) {
            return start.length < START ? EMPTY : OTHER;
        }
        if (body.startsWith("{") || body.startsWith("[")) {
            return JSON;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (HEADER.matcher(text).matches() || lower.endsWith(".eml") && !body.startsWith("<")) {
            return MAIL;
        }
        // A report that does not even begin like JSON is counted as a wrong one, not left out.
        return lower.endsWith(".json") ? JSON : OTHER;
    }
}
