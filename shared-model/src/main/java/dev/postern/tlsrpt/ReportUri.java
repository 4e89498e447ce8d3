package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// A report address of a TLSRPT record (RFC 8460 §3).
///
/// @param uri as published: `,` `!` and `;` percent-encoded
public record ReportUri(Kind kind, String uri) {

    /// How reports travel.
    public enum Kind { MAILTO, HTTPS }

    private static final String RULE = "RFC 8460 §3";

    public ReportUri {
        if (uri.contains(",") || uri.contains("!") || uri.contains(";") || uri.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("a report address must be percent-encoded: " + uri);
        }
    }

    /// Reads an address; `!` and `;` are percent-encoded where they are not yet.
    public static Parsed<ReportUri> parse(String text) {
        String uri = text.strip().replace("!", "%21").replace(";", "%3B").replace(",", "%2C");
        String lower = uri.toLowerCase(Locale.ROOT);
        URI parsed;
        try {
            parsed = new URI(uri);
        } catch (URISyntaxException wrong) {
            return Parsed.invalid("rua-syntax", "'" + text.strip() + "' is not a URI.", RULE);
        }
        if (lower.startsWith("mailto:")) {
            String address = uri.substring("mailto:".length());
            int at = address.lastIndexOf('@');
            return at > 0 && at < address.length() - 1
                    ? Parsed.valid(new ReportUri(Kind.MAILTO, uri))
                    : Parsed.invalid("rua-mailto", "'" + text.strip() + "' names no mail address.", RULE);
        }
        if (lower.startsWith("https:")) {
            return parsed.getHost() != null
                    ? Parsed.valid(new ReportUri(Kind.HTTPS, uri))
                    : Parsed.invalid("rua-https", "'" + text.strip() + "' names no host.", RULE);
        }
        return Parsed.invalid("rua-scheme", "'" + text.strip()
                + "' must begin with mailto: or https:, the only ways that senders report.", RULE);
    }
}
