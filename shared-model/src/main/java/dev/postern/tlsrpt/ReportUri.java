package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A report address of a TLSRPT record (RFC 8460 §3).
///
/// @param uri as published: `,` `!` and `;` percent-encoded
public record ReportUri(Kind kind, String uri) {

    /// How reports travel.
    public enum Kind {
        /// By mail (RFC 8460 §5.3).
        MAILTO,
        /// By POST over HTTPS (RFC 8460 §5.4).
        HTTPS;

        private String scheme() {
            return name().toLowerCase(Locale.ROOT) + ":";
        }
    }

    private static final String RULE = "RFC 8460 §3";
    private static final Pattern RESERVED = Pattern.compile("[,!;]");
    private static final Pattern ADDRESS = Pattern.compile("[^@?]+@[^@?]+(?:\\?.*)?");

    /// @throws IllegalArgumentException when that is no address to publish; [#parse] encodes and explains
    public ReportUri {
        Optional<Problem> problem = problem(kind, uri);
        if (problem.isPresent() || RESERVED.matcher(uri).find()) {
            throw new IllegalArgumentException(problem.map(Problem::message)
                    .orElse("a report address must be percent-encoded: " + Quoted.of(uri)));
        }
    }

    /// Reads an address; `,` `!` and `;` are percent-encoded where they are not yet, with a note.
    public static Parsed<ReportUri> parse(String text) {
        String given = text.strip();
        if (given.isEmpty()) {
            return Parsed.invalid("rua-empty", "A report address is empty.", RULE);
        }
        String uri = given.replace("!", "%21").replace(";", "%3B").replace(",", "%2C");
        for (Kind kind : Kind.values()) {
            if (uri.regionMatches(true, 0, kind.scheme(), 0, kind.scheme().length())) {
                return problem(kind, uri).<Parsed<ReportUri>>map(wrong -> new Parsed.Invalid<>(List.of(wrong)))
                        .orElseGet(() -> Parsed.valid(new ReportUri(kind, uri), encoded(given, uri)));
            }
        }
        return Parsed.invalid("rua-scheme", Quoted.of(given) + " must begin with mailto: or https:, the only ways that "
                + "senders report.", RULE);
    }

    private static List<Problem> encoded(String given, String uri) {
        return given.equals(uri) ? List.of() : List.of(new Problem("rua-not-encoded", "In a report address , ! and ; "
                + "must be written %2C, %21 and %3B; a size limit as in DMARC (!10m) does not exist here.", RULE));
    }

    private static Optional<Problem> problem(Kind kind, String uri) {
        URI parsed;
        try {
            parsed = new URI(uri);
        } catch (URISyntaxException wrong) {
            return Optional.of(new Problem("rua-syntax", Quoted.of(uri) + " is not a URI.", RULE));
        }
        if (!uri.chars().allMatch(c -> c < 0x80)) {
            return Optional.of(new Problem("rua-not-ascii", Quoted.of(uri)
                    + " holds characters beyond US-ASCII; percent-encode them, and write names in A-labels.", RULE));
        }
        boolean fits = uri.regionMatches(true, 0, kind.scheme(), 0, kind.scheme().length()) && switch (kind) {
            case MAILTO -> ADDRESS.matcher(uri.substring(kind.scheme().length())).matches();
            case HTTPS -> parsed.getHost() != null;
        };
        return fits ? Optional.empty() : Optional.of(switch (kind) {
            case MAILTO -> new Problem("rua-mailto", Quoted.of(uri) + " names no mail address.", RULE);
            case HTTPS -> new Problem("rua-https", Quoted.of(uri) + " names no host.", RULE);
        });
    }
}
