package dev.postern.foundation;

import dev.postern.parse.Quoted;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name that an SPF term leads to (`domain-spec`, RFC 7208 §7.1). It may hold macros, which only a message fills.
///
/// @param text as published
public record DomainSpec(String text) {

    /// A macro, or one plain character. The letters `c`, `r` and `t` are for explanations only (§7.2), and a number of
    /// labels must not be zero (§7.3).
    private static final Pattern TOKEN = Pattern.compile("(?<macro>%\\{[slodiphvSLODIPHV](?:0{0,9}[1-9][0-9]{0,9})?"
            + "[rR]?[-.+,/_=]*+}|%%|%_|%-)|[\\x21-\\x24\\x26-\\x7E]");
    private static final Pattern TOP_LABEL = Pattern.compile("[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*"
            + "|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9]");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_.-]+");
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    /// @throws IllegalArgumentException when it is not of that grammar
    public DomainSpec {
        if (!isValid(text)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is no domain-spec");
        }
    }

    static Optional<DomainSpec> of(String text) {
        return isValid(text) ? Optional.of(new DomainSpec(text)) : Optional.empty();
    }

    /// Whether the text is made of macros and visible characters (`macro-string`).
    static boolean isMacroString(String text) {
        return literalEnd(text) >= 0;
    }

    /// Whether it holds macros: then it leads elsewhere for each message.
    public boolean hasMacros() {
        return text.indexOf('%') >= 0;
    }

    /// The name to ask, in lower case and without trailing dot; empty with macros, or when no question can be asked
    /// for it.
    public Optional<String> name() {
        String name = text.toLowerCase(Locale.ROOT);
        return Optional.of(name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
                .filter(DomainSpec::canBeAsked);
    }

    /// Letters, digits, hyphens and underscores only: anything else is no name that mail uses, and might be read
    /// otherwise by the next program.
    private static boolean canBeAsked(String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValid(String text) {
        int from = literalEnd(text);
        if (from < 0 || text.isEmpty()) {
            return false;
        }
        if (from == text.length()) {
            return true;
        }
        String end = text.endsWith(".") ? text.substring(from, text.length() - 1) : text.substring(from);
        int dot = end.lastIndexOf('.');
        return dot >= 0 && end.length() - dot - 1 <= MAX_LABEL && TOP_LABEL.matcher(end.substring(dot + 1)).matches();
    }

    /// Where the plain characters at the end begin; -1 when the text breaks the grammar of macros. A loop, as a regular
    /// expression over the whole text would need stack for each character of it.
    private static int literalEnd(String text) {
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        int literal = 0;
        while (at < text.length()) {
            token.region(at, text.length());
            if (!token.lookingAt()) {
                return -1;
            }
            at = token.end();
            if (token.group("macro") != null) {
                literal = at;
            }
        }
        return literal;
    }

    @Override
    public String toString() {
        return text;
    }
}
