package dev.postern.name;

import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;

/// A host as MX records and certificates name it: A-labels, lower case, without trailing dot.
///
/// @param ascii at least two labels of letters, digits and hyphens
public record HostName(String ascii) {

    /// @throws IllegalArgumentException when the name is not in that form; [#parse] brings it there
    public HostName {
        if (!Labels.isHostName(ascii) || ascii.indexOf('.') < 0) {
            throw new IllegalArgumentException(Quoted.of(ascii) + " is not a host name in A-labels");
        }
    }

    /// Reads a host name in any case, with or without trailing dot, in A-labels or U-labels.
    public static Parsed<HostName> parse(String input) {
        String text = input.strip();
        if (Labels.isAddress(text)) {
            return Parsed.invalid("host-is-ip", Quoted.of(text) + " is an IP address; an MX is a host name.",
                    "RFC 5321 §5.1");
        }
        return Labels.ascii(text).map(HostName::read).orElseGet(() -> Parsed.invalid("host-syntax", Quoted.of(text)
                + " is not a host name: letters, digits and hyphens in labels of 1 to 63 characters, joined by dots, "
                + "253 in all.", "RFC 1123 §2.1"));
    }

    private static Parsed<HostName> read(String ascii) {
        return ascii.indexOf('.') < 0
                ? Parsed.invalid("host-single-label", Quoted.of(ascii) + " is one word; name the host in full, like "
                        + "mx.example.com.", "RFC 5321 §2.3.5")
                : Parsed.valid(new HostName(ascii));
    }

    @Override
    public String toString() {
        return ascii;
    }
}
