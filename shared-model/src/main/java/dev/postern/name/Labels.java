package dev.postern.name;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Turns what people and servers write into A-labels.
final class Labels {

    static final int MAX_NAME = 253;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*+");
    /// Resolvers and browsers read a name whose last label is all digits as an IPv4 address.
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+", Pattern.DOTALL);
    /// UTS #46 without transitional processing: `straße.de` and `strasse.de` are two domains.
    private static final IDNA UTS46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.NONTRANSITIONAL_TO_UNICODE | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);
    /// `r3---sn.example.net` is no A-label, yet such hosts exist and resolve. Lengths are checked by [#isHostName].
    private static final Set<IDNA.Error> TOLERATED = EnumSet.of(IDNA.Error.HYPHEN_3_4,
            IDNA.Error.DOMAIN_NAME_TOO_LONG);

    private Labels() {
    }

    /// The name in A-labels, lower case, without trailing dot; empty when it is no host name.
    static Optional<String> ascii(String input) {
        return mapped(input).filter(Labels::isHostName);
    }

    /// Likewise, but also what is no host name for its characters or lengths: to tell what is wrong with it.
    static Optional<String> mapped(String input) {
        String text = input.strip();
        if (text.isEmpty() || text.length() > 4 * MAX_NAME) {
            return Optional.empty();
        }
        var info = new IDNA.Info();
        String ascii = UTS46.nameToASCII(text, new StringBuilder(), info).toString();
        boolean wrong = info.getErrors().stream().anyMatch(error -> !TOLERATED.contains(error));
        return wrong ? Optional.empty()
                : Optional.of(ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii);
    }

    /// Letters, digits and hyphens in labels of 1 to 63, 253 in all (RFC 1123 §2.1, RFC 1035 §2.3.4), and no IP address.
    static boolean isHostName(String ascii) {
        return ascii.length() <= MAX_NAME && HOST_NAME.matcher(ascii).matches() && !endsInNumber(ascii);
    }

    static String unicode(String ascii) {
        var info = new IDNA.Info();
        String unicode = UTS46.nameToUnicode(ascii, new StringBuilder(), info).toString();
        return info.hasErrors() ? ascii : unicode;
    }

    /// IPv4 also in full-width digits, IPv6, and either in brackets.
    static boolean isAddress(String text) {
        return text.startsWith("[") || text.indexOf(':') != text.lastIndexOf(':')
                || mapped(text).filter(Labels::endsInNumber).isPresent();
    }

    private static boolean endsInNumber(String ascii) {
        return ENDS_IN_NUMBER.matcher(ascii).matches();
    }
}
