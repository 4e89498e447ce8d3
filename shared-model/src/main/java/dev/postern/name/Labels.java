package dev.postern.name;

import com.ibm.icu.text.IDNA;
import java.util.Optional;
import java.util.regex.Pattern;

/// Turns what people and servers write into A-labels.
final class Labels {

    private static final int MAX_NAME = 253;
    private static final Pattern LDH_NAME = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");
    /// UTS #46 without transitional processing: `straße.de` and `strasse.de` are two domains.
    private static final IDNA UTS46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.NONTRANSITIONAL_TO_UNICODE | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    private Labels() {
    }

    /// The name in A-labels, lower case, without trailing dot; empty when it is no host name.
    static Optional<String> ascii(String input) {
        String text = input.strip();
        if (text.endsWith(".") || text.endsWith("\u3002")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.isEmpty() || text.length() > 4 * MAX_NAME) {
            return Optional.empty();
        }
        var info = new IDNA.Info();
        String ascii = UTS46.nameToASCII(text, new StringBuilder(), info).toString();
        return info.hasErrors() || !isHostName(ascii) ? Optional.empty() : Optional.of(ascii);
    }

    /// Letters, digits and hyphens in labels of 1 to 63, 253 in all (RFC 1123 §2.1, RFC 1035 §2.3.4).
    static boolean isHostName(String ascii) {
        return ascii.length() <= MAX_NAME && LDH_NAME.matcher(ascii).matches();
    }

    static String unicode(String ascii) {
        var info = new IDNA.Info();
        String unicode = UTS46.nameToUnicode(ascii, new StringBuilder(), info).toString();
        return info.hasErrors() ? ascii : unicode;
    }

    /// Four numbers, which no host name of ours may be: the last label of a host name is never all digits.
    static boolean looksLikeAddress(String text) {
        return text.contains(":") || text.startsWith("[") || text.matches(".*\\.[0-9]+\\.?$") || text.matches("[0-9]+");
    }
}
