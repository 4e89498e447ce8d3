package dev.postern.dnsrecord;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What stands at one owner name of a zone, as far as it matters for writing there.
///
/// @param alias     the target of a CNAME, lower case, without trailing dot; a name with one has nothing else
///                  (RFC 2181 §10.1)
/// @param texts     the TXT records, the strings of each joined
/// @param addresses whether it has A or AAAA records, or others that a CNAME can't stand beside
public record OwnerContent(Optional<String> alias, List<String> texts, boolean addresses) {

    /// Nothing that matters.
    public static final OwnerContent EMPTY = new OwnerContent(Optional.empty(), List.of(), false);

    public OwnerContent {
        alias = alias.map(target -> withoutDot(target).toLowerCase(Locale.ROOT));
        texts = List.copyOf(texts);
    }

    public static OwnerContent aliasOf(String target) {
        return new OwnerContent(Optional.of(target), List.of(), false);
    }

    public static OwnerContent ofTexts(List<String> texts) {
        return new OwnerContent(Optional.empty(), texts, false);
    }

    /// Whether both hold the same records, in whatever order.
    public boolean same(OwnerContent other) {
        return alias.equals(other.alias) && addresses == other.addresses
                && texts.stream().sorted().toList().equals(other.texts.stream().sorted().toList());
    }

    /// For people: `CNAME mta-sts.example.net`, or the texts.
    public String shown() {
        return alias.map(target -> "CNAME " + target).orElseGet(() -> String.join("\n", texts));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
