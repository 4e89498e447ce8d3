package dev.postern.name;

import com.google.common.net.InternetDomainName;
import dev.postern.parse.Parsed;
import java.util.Optional;
import java.util.Set;

/// A mail domain in A-labels, lower case, without trailing dot.
///
/// @param ascii `xn--bcher-kva.example`
public record DomainName(String ascii) {

    /// Top-level names that RFC 2606 and RFC 6761 set aside for tests and documentation.
    private static final Set<String> RESERVED_FOR_TESTS = Set.of("test", "example");

    public DomainName {
        if (!Labels.isHostName(ascii) || ascii.indexOf('.') < 0) {
            throw new IllegalArgumentException(ascii + " is not a domain name in A-labels");
        }
    }

    /// Reads what a person typed or pasted. Refuses what can't be a mail domain, and says what to enter instead.
    public static Parsed<DomainName> parse(String input) {
        String text = input.strip();
        if (text.isEmpty()) {
            return refuse("domain-empty", "Enter a domain, like example.com.");
        }
        if (text.contains("@")) {
            return refuse("domain-is-address", "This looks like an e-mail address. Enter only what stands after the @.");
        }
        if (text.contains("/")) {
            return refuse("domain-is-url", "This looks like a web address. Enter only the domain, like example.com.");
        }
        if (Labels.looksLikeAddress(text)) {
            return refuse("domain-is-ip", "This is an IP address or port. MTA-STS is for domain names: enter the part "
                    + "after the @ of your mail addresses.");
        }
        Optional<String> ascii = Labels.ascii(text);
        if (ascii.isEmpty()) {
            return refuse("domain-syntax", "This is not a domain name: labels of letters, digits and hyphens, 1 to 63 "
                    + "characters each, joined by dots, 253 in all.");
        }
        return ascii.get().indexOf('.') < 0
                ? refuse("domain-single-label", "A single word is not a mail domain. Enter the whole name, like "
                        + "example.com.")
                : underPublicSuffix(ascii.get());
    }

    private static Parsed<DomainName> underPublicSuffix(String ascii) {
        String last = ascii.substring(ascii.lastIndexOf('.') + 1);
        if (RESERVED_FOR_TESTS.contains(last)) {
            return Parsed.valid(new DomainName(ascii));
        }
        InternetDomainName name = InternetDomainName.from(ascii);
        if (name.isRegistrySuffix()) {
            return refuse("domain-public-suffix", Labels.unicode(ascii)
                    + " is a public suffix, under which others register their domains. Enter a domain below it.");
        }
        if (name.isPublicSuffix()) {
            return refuse("domain-provider-suffix", Labels.unicode(ascii)
                    + " is a provider's shared suffix, whose subdomains belong to different people. Enter yours.");
        }
        if (!name.hasRegistrySuffix()) {
            return refuse("domain-unknown-suffix", "." + Labels.unicode(last)
                    + " is not a public top-level domain, so no sender outside could deliver to it.");
        }
        return Parsed.valid(new DomainName(ascii));
    }

    private static Parsed<DomainName> refuse(String code, String message) {
        return Parsed.invalid(code, message, "");
    }

    /// As people write it: `bücher.example`.
    public String unicode() {
        return Labels.unicode(ascii);
    }

    /// A name below this one: `_mta-sts.example.com`.
    public String child(String label) {
        return label + "." + ascii;
    }

    @Override
    public String toString() {
        return ascii;
    }
}
