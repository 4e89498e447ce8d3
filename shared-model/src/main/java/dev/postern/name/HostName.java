package dev.postern.name;

import dev.postern.parse.Parsed;

/// A host as MX records and certificates name it: A-labels, lower case, without trailing dot.
public record HostName(String ascii) {

    public HostName {
        if (!Labels.isHostName(ascii) || ascii.indexOf('.') < 0) {
            throw new IllegalArgumentException(ascii + " is not a host name in A-labels");
        }
    }

    public static Parsed<HostName> parse(String input) {
        if (Labels.looksLikeAddress(input.strip())) {
            return Parsed.invalid("host-is-ip", input.strip() + " is an IP address; an MX is a host name.",
                    "RFC 5321 §5.1");
        }
        return Labels.ascii(input).filter(ascii -> ascii.indexOf('.') > 0).map(HostName::new).map(Parsed::valid)
                .orElseGet(() -> Parsed.invalid("host-syntax", input.strip()
                        + " is not a host name: letters, digits and hyphens in labels joined by dots.",
                        "RFC 1123 §2.1"));
    }

    @Override
    public String toString() {
        return ascii;
    }
}
