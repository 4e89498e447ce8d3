package dev.postern.outbound.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The text of a TXT record in the form of zone files, which the providers' interfaces use: strings of up to 255 bytes
/// in quotation marks (RFC 1035 §3.3.14, §5.1).
final class TxtData {

    private static final int LONGEST_STRING = 255;

    private TxtData() {
    }

    /// @param text ASCII, as all that Postern writes
    static String quoted(String text) {
        var strings = new ArrayList<String>();
        for (String part : parts(text)) {
            strings.add('"' + part.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        return String.join(" ", strings);
    }

    /// Pieces that each fit into one string.
    static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        for (int at = 0; at < text.length(); at += LONGEST_STRING) {
            parts.add(text.substring(at, Math.min(text.length(), at + LONGEST_STRING)));
        }
        return parts.isEmpty() ? List.of("") : parts;
    }

    /// The strings joined, without their marks. Text without marks is taken as it is.
    static String plain(String data) {
        String text = data.strip();
        if (!text.startsWith("\"")) {
            return text;
        }
        var bytes = new ByteArrayOutputStream();
        boolean inside = false;
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < from.length; i++) {
            byte each = from[i];
            if (each == '"') {
                inside = !inside;
            } else if (inside && each == '\\' && octalAt(from, i + 1)) {
                // Route 53 writes what is not printable in octal.
                bytes.write(Integer.parseInt(new String(from, i + 1, 3, StandardCharsets.US_ASCII), 8));
                i += 3;
            } else if (inside && each == '\\' && i + 1 < from.length) {
                bytes.write(from[++i]);
            } else if (inside) {
                bytes.write(each);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean octalAt(byte[] bytes, int at) {
        return at + 3 <= bytes.length && bytes[at] >= '0' && bytes[at] <= '3' && octal(bytes[at + 1]) && octal(bytes[at + 2]);
    }

    private static boolean octal(byte each) {
        return each >= '0' && each <= '7';
    }
}
