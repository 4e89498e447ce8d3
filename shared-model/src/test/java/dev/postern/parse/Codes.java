package dev.postern.parse;

import java.util.List;

/// The codes of a parse, which is what tests compare: messages may be reworded.
public final class Codes {

    private Codes() {
    }

    /// Why there is no value; empty when there is one.
    public static List<String> problems(Parsed<?> parsed) {
        return parsed instanceof Parsed.Invalid<?>(var problems) ? problems.stream().map(Problem::code).toList()
                : List.of();
    }

    /// What was forgiven.
    ///
    /// @throws IllegalArgumentException with the reasons when there is no value
    public static List<String> notes(Parsed<?> parsed) {
        parsed.orThrow();
        return parsed instanceof Parsed.Valid<?>(var _, var notes) ? notes.stream().map(Problem::code).toList()
                : List.of();
    }
}
