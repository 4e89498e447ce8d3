package dev.postern.mtasts;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;

/// A host name, or `*.` and a host name, that MXs are compared with (RFC 8461 §4.1).
///
/// @param pattern in lower case and A-labels, without trailing dot
public record MxPattern(String pattern) {

    private static final String WILDCARD = "*.";
    private static final String RULE = "RFC 8461 §3.2";

    /// @throws IllegalArgumentException when the pattern is not in that form; [#parse] brings it there
    public MxPattern {
        if (pattern.startsWith(WILDCARD)) {
            new HostName(pattern.substring(WILDCARD.length()));
        } else {
            new HostName(pattern);
        }
    }

    /// Reads what stands after `mx:`. By the grammar that is `["*."] Domain` with RFC 5321's Domain: no trailing dot, no
    /// U-label, no address. Senders that keep to it refuse the whole policy for one such line, so none is forgiven.
    public static Parsed<MxPattern> parse(String text) {
        String given = text.strip();
        String shown = Quoted.of(given);
        boolean wildcard = given.startsWith(WILDCARD);
        String host = wildcard ? given.substring(WILDCARD.length()) : given;
        if (given.isEmpty()) {
            return Parsed.invalid("mx-empty", "An mx line names no host.", RULE);
        }
        if (host.contains("*") || host.isEmpty()) {
            return Parsed.invalid("mx-wildcard-misplaced", shown + ": a wildcard may only be the whole left-most label, "
                    + "as in *.example.com.", RULE);
        }
        // Before any change of case: the Kelvin sign becomes a plain k.
        if (!host.chars().allMatch(c -> c < 0x80)) {
            return Parsed.invalid("mx-not-ascii", shown + ": write internationalised names in A-labels (xn--…).", RULE);
        }
        if (host.endsWith(".")) {
            return Parsed.invalid("mx-trailing-dot", shown + ": leave out the dot at the end.", RULE);
        }
        return switch (HostName.parse(host)) {
            case Parsed.Valid<HostName>(var name, var _) -> Parsed.valid(
                    new MxPattern((wildcard ? WILDCARD : "") + name.ascii()));
            case Parsed.Invalid<HostName>(var problems) -> Parsed.invalid(
                    problems.getFirst().code().replaceFirst("^host-", "mx-"),
                    "mx: " + problems.getFirst().message(), RULE);
        };
    }

    /// Whether it stands for every host one label below a name.
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
