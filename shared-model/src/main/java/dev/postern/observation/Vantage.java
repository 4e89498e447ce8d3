package dev.postern.observation;

import java.util.regex.Pattern;

/// Where a probe looked from. A downgrade attack sits on a path, so what one vantage point sees tells nothing of what
/// another does.
///
/// @param name  short and stable, `fra1`
/// @param place for people, `Frankfurt`; may be empty
public record Vantage(String name, String place) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    public Vantage {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a vantage point's name is 1 to 32 lower-case letters, digits and "
                    + "hyphens: " + name);
        }
        if (place.length() > 100 || place.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a vantage point's place is a line of at most 100 characters");
        }
    }

    /// Reads `name` or `name@place`.
    ///
    /// @throws IllegalArgumentException when it is neither
    public static Vantage parse(String text) {
        int at = text.indexOf('@');
        return at < 0 ? new Vantage(text.strip(), "")
                : new Vantage(text.substring(0, at).strip(), text.substring(at + 1).strip());
    }

    @Override
    public String toString() {
        return place.isEmpty() ? name : name + " (" + place + ")";
    }
}
