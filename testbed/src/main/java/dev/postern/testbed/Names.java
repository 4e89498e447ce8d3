package dev.postern.testbed;

import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Names of DNS from text, with or without trailing dot.
final class Names {

    private Names() {
    }

    /// @throws IllegalArgumentException when DNS can't hold it
    static Name of(String text) {
        try {
            return text.equals(".") || text.isEmpty() ? Name.root : Name.fromString(text, Name.root);
        } catch (TextParseException notAName) {
            throw new IllegalArgumentException(text + " is no name", notAName);
        }
    }

    /// A name right below another.
    static Name below(Name name, String label) {
        try {
            return Name.fromString(label, name);
        } catch (TextParseException tooLong) {
            throw new IllegalArgumentException(label + " below " + name + " is no name", tooLong);
        }
    }

    /// The last labels of a name.
    ///
    /// @param labels how many, that of the root included
    static Name last(Name name, int labels) {
        return new Name(name, name.labels() - labels);
    }

    static Name parent(Name name) {
        return last(name, name.labels() - 1);
    }

    static boolean isTopLevel(Name name) {
        return name.labels() == 2;
    }
}
