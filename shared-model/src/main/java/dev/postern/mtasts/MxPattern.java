package dev.postern.mtasts;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import java.util.Locale;

/// A host name, or `*.` and a host name, that MXs are compared with (RFC 8461 §4.1).
///
/// @param pattern in lower case and A-labels, without trailing dot
public record MxPattern(String pattern) {

    private static final String WILDCARD = "*.";
    private static final String RULE = "RFC 8461 §3.2";

    public MxPattern {
        if (pattern.startsWith(WILDCARD)) {
            new HostName(pattern.substring(WILDCARD.length()));
        } else {
            new HostName(pattern);
        }
    }

    public static Parsed<MxPattern> parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        boolean wildcard = lower.startsWith(WILDCARD);
        String host = wildcard ? lower.substring(WILDCARD.length()) : lower;
        if (host.isEmpty() && !wildcard) {
            return Parsed.invalid("mx-empty", "An mx line names no host.", RULE);
        }
        if (host.contains("*") || host.isEmpty()) {
            return Parsed.invalid("mx-wildcard-misplaced", "'" + text.strip() + "': a wildcard may only be the whole "
                    + "left-most label, as in *.example.com.", RULE);
        }
        if (host.endsWith(".")) {
            return Parsed.invalid("mx-trailing-dot", "'" + text.strip() + "': leave out the dot at the end.", RULE);
        }
        if (!host.chars().allMatch(c -> c < 0x80)) {
            return Parsed.invalid("mx-not-ascii", "'" + text.strip()
                    + "': write internationalised names in A-labels (xn--…).", RULE);
        }
        return switch (HostName.parse(host)) {
            case Parsed.Valid<HostName>(var name, var _) -> Parsed.valid(
                    new MxPattern((wildcard ? WILDCARD : "") + name.ascii()));
            case Parsed.Invalid<HostName>(var problems) -> Parsed.invalid("mx-" + problems.getFirst().code(),
                    "'" + text.strip() + "': " + problems.getFirst().message(), RULE);
        };
    }

    public boolean wildcard() {
        return pattern.startsWith(WILDCARD);
    }

    /// Whether an MX may take mail under this pattern. A wildcard stands for exactly one label (RFC 8461 §4.1).
    public boolean matches(HostName mx) {
        if (!wildcard()) {
            return pattern.equals(mx.ascii());
        }
        int dot = mx.ascii().indexOf('.');
        return dot > 0 && mx.ascii().substring(dot + 1).equals(pattern.substring(WILDCARD.length()));
    }

    @Override
    public String toString() {
        return pattern;
    }
}
