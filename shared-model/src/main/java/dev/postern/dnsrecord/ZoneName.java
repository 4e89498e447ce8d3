package dev.postern.dnsrecord;

import dev.postern.name.DomainName;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Names of zones.
public final class ZoneName {

    private static final Pattern FORM = Pattern.compile(
            "(?=.{3,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)+");

    private ZoneName() {
    }

    /// A zone in A-labels, lower case, without trailing dot; empty when it can't be one that Postern writes to.
    public static Optional<String> of(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        String bare = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return FORM.matcher(bare).matches() ? Optional.of(bare)
                : DomainName.parse(bare).asOptional().map(DomainName::ascii);
    }

    /// Whether a name is the zone's or below it.
    public static boolean holds(String zone, String name) {
        return name.equals(zone) || name.endsWith("." + zone);
    }
}
