package dev.postern.probe.command;

import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What stands behind `./postern check`.
public sealed interface Arguments {

    /// @param json      whether the answer is for a program
    /// @param selectors of DKIM, lower case; they can't be found from outside
    record Look(DomainName domain, boolean json, Set<String> selectors) implements Arguments {
        public Look {
            selectors = Set.copyOf(selectors);
        }
    }

    /// Asks for the usage text.
    record Help() implements Arguments {
    }

    /// A selector is one label or several with dots (RFC 6376 §3.1).
    Pattern SELECTOR = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
            + "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,3}");
    /// Each costs a question at the domain's DNS.
    int MAX_SELECTORS = 20;

    /// Options and the domain may come in any order.
    static Parsed<Arguments> parse(List<String> words) {
        var rest = new ArrayDeque<>(words);
        var selectors = new LinkedHashSet<String>();
        Optional<String> domain = Optional.empty();
        boolean json = false;
        while (!rest.isEmpty()) {
            String word = rest.pop();
            switch (word) {
                case "-h", "--help" -> {
                    return Parsed.valid(new Help());
                }
                case "--json" -> json = true;
                case "--selector" -> {
                    if (rest.isEmpty()) {
                        return wrong("--selector needs the name of a DKIM selector behind it.");
                    }
                    String selector = rest.pop().strip().toLowerCase(Locale.ROOT);
                    if (!SELECTOR.matcher(selector).matches()) {
                        return wrong(Quoted.of(selector) + " can't be a DKIM selector: letters, digits and hyphens, "
                                + "like s1 or google.");
                    }
                    selectors.add(selector);
                }
                default -> {
                    if (word.startsWith("-")) {
                        return wrong("There is no option " + Quoted.of(word) + ".");
                    }
                    if (domain.isPresent()) {
                        return wrong("One domain at a time: " + Quoted.of(domain.get()) + " or " + Quoted.of(word)
                                + ".");
                    }
                    domain = Optional.of(word);
                }
            }
        }
        return domain.isEmpty() ? wrong("Which domain?") : look(domain.get(), json, selectors);
    }

    private static Parsed<Arguments> look(String domain, boolean json, Set<String> selectors) {
        if (selectors.size() > MAX_SELECTORS) {
            return wrong("At most " + MAX_SELECTORS + " selectors at a time.");
        }
        return switch (DomainName.parse(domain)) {
            case Parsed.Valid<DomainName>(var name, var notes) -> Parsed.valid(new Look(name, json, selectors), notes);
            case Parsed.Invalid<DomainName>(List<Problem> problems) -> new Parsed.Invalid<>(problems);
        };
    }

    private static Parsed<Arguments> wrong(String message) {
        return Parsed.invalid("usage", message, "");
    }
}
