package dev.postern.app.security;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import java.util.Locale;
import java.util.regex.Pattern;

/// An e-mail address that an account is known by, in the one spelling that is stored.
///
/// @param text in lower case, its domain in A-labels
public record EmailAddress(String text) {

    private static final int MAX_LENGTH = 254;
    private static final int MAX_LOCAL_PART = 64;
    /// Dot-atom of RFC 5321 §4.1.2. Quoted local parts are left out: nobody signs up with one on purpose.
    private static final Pattern LOCAL_PART = Pattern.compile(
            "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*");

    /// Reads what a person typed. Case is not kept: RFC 5321 §2.4 allows a server to tell `A` from `a`, but none does,
    /// and people don't either.
    public static Parsed<EmailAddress> parse(String input) {
        String typed = input.strip();
        int at = typed.lastIndexOf('@');
        if (at < 1 || at == typed.length() - 1) {
            return refuse("email-syntax", "Enter an e-mail address, like name@example.com.");
        }
        String local = typed.substring(0, at).toLowerCase(Locale.ROOT);
        if (local.length() > MAX_LOCAL_PART || !LOCAL_PART.matcher(local).matches()) {
            return refuse("email-local-part", "The part before the @ is not that of an e-mail address: letters, digits "
                    + "and signs without spaces, at most 64.");
        }
        return switch (HostName.parse(typed.substring(at + 1))) {
            case Parsed.Invalid<HostName> _ -> refuse("email-domain", "The part after the @ is not a domain.");
            case Parsed.Valid<HostName>(var domain, var _) -> {
                String text = local + "@" + domain.ascii();
                yield text.length() > MAX_LENGTH
                        ? refuse("email-length", "An e-mail address has at most 254 characters.")
                        : Parsed.valid(new EmailAddress(text));
            }
        };
    }

    private static Parsed<EmailAddress> refuse(String code, String message) {
        return Parsed.invalid(code, message, "");
    }

    @Override
    public String toString() {
        return text;
    }
}
