package dev.postern.name;

import com.google.common.net.InternetDomainName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.util.Set;

/// A mail domain in A-labels, lower case, without trailing dot.
///
/// @param ascii `xn--bcher-kva.example`
public record DomainName(String ascii) {

    /// `_smtp._tls.` must fit in front of it, within the 253 characters of a DNS name.
    private static final int MAX_LENGTH = Labels.MAX_NAME - "_smtp._tls.".length();
    /// Top-level names that RFC 2606 and RFC 6761 set aside for tests and documentation.
    private static final Set<String> RESERVED_FOR_TESTS = Set.of("test", "example");
    /// Listed as public suffixes, but no mail is delivered below them over SMTP (RFC 7686, RFC 3172).
    private static final Set<String> WITHOUT_MAIL = Set.of("onion", "arpa");

    private static final String SYNTAX = "This is not a domain name: labels of letters, digits and hyphens, 1 to 63 "
            + "characters each, joined by dots.";

    /// Checks the form only. Whether a suffix is public changes with the years, and must not make a stored domain
    /// unreadable.
    ///
    /// @throws IllegalArgumentException when the name is not in that form; [#parse] brings it there
    public DomainName {
        if (!Labels.isHostName(ascii) || ascii.indexOf('.') < 0 || ascii.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(Quoted.of(ascii) + " is not a mail domain in A-labels");
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
        if (Labels.isAddress(text)) {
            return refuse("domain-is-ip", "This is an IP address. MTA-STS is for domain names: enter the part after "
                    + "the @ of your mail addresses.");
        }
        if (text.contains(":")) {
            return refuse("domain-has-port", "Leave out the colon and what follows it. Enter only the domain, like "
                    + "example.com.");
        }
        return Labels.mapped(text).map(DomainName::read).orElseGet(() -> refuse("domain-syntax", SYNTAX));
    }

    private static Parsed<DomainName> read(String ascii) {
        if (ascii.contains("_")) {
            return refuse("domain-underscore", "A mail domain has no underscore. For a record like _dmarc.example.com, "
                    + "enter only example.com.");
        }
        if (ascii.length() > MAX_LENGTH) {
            return refuse("domain-too-long", "The domain has " + ascii.length() + " characters. " + MAX_LENGTH
                    + " are possible, as _smtp._tls. stands in front of it in the DNS.");
        }
        if (!Labels.isHostName(ascii)) {
            return refuse("domain-syntax", SYNTAX);
        }
        return ascii.indexOf('.') < 0
                ? refuse("domain-single-label", "A single word is not a mail domain. Enter the whole name, like "
                        + "example.com.")
                : underPublicSuffix(ascii);
    }

    private static Parsed<DomainName> underPublicSuffix(String ascii) {
        String last = ascii.substring(ascii.lastIndexOf('.') + 1);
        if (RESERVED_FOR_TESTS.contains(last)) {
            return Parsed.valid(new DomainName(ascii));
        }
        if (WITHOUT_MAIL.contains(last) || !InternetDomainName.isValid(ascii)) {
            return unknownSuffix(last);
        }
        InternetDomainName name = InternetDomainName.from(ascii);
        if (name.isRegistrySuffix()) {
            return refuse("domain-public-suffix", Labels.unicode(ascii)
                    + " is a public suffix, under which people register their domains. Enter a domain below it.");
        }
        if (name.isPublicSuffix()) {
            return refuse("domain-provider-suffix", Labels.unicode(ascii)
                    + " is a provider's shared suffix, whose subdomains belong to different people. Enter yours.");
        }
        if (!name.hasRegistrySuffix()) {
            return unknownSuffix(last);
        }
        return Parsed.valid(new DomainName(ascii));
    }

    private static Parsed<DomainName> unknownSuffix(String last) {
        return refuse("domain-unknown-suffix", "." + Labels.unicode(last)
                + " is not a public top-level domain for mail, so no sender outside could deliver to it.");
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
