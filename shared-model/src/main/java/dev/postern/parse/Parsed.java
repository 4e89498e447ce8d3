package dev.postern.parse;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The outcome of parsing: [Valid], with what was forgiven, or [Invalid], with every problem found.
///
/// @param <T> what a successful parse yields
public sealed interface Parsed<T> {

    /// @param value the valid value, never null
    /// @param notes what was wrong but can't mislead, in the order found; empty when all was well
    record Valid<T>(T value, List<Problem> notes) implements Parsed<T> {
        public Valid {
            notes = List.copyOf(notes);
        }
    }

    /// @param problems why there is no value, in the order found; never empty
    record Invalid<T>(List<Problem> problems) implements Parsed<T> {
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("an invalid parse names at least one problem");
            }
        }

        /// All problems as one text, for a place with room for one sentence.
        public String reason() {
            return problems.stream().map(Problem::toString).collect(Collectors.joining(" "));
        }
    }

    static <T> Parsed<T> valid(T value) {
        return new Valid<>(value, List.of());
    }

    static <T> Parsed<T> valid(T value, List<Problem> notes) {
        return new Valid<>(value, notes);
    }

    static <T> Parsed<T> invalid(String code, String message, String rule) {
        return new Invalid<>(List.of(new Problem(code, message, rule)));
    }

    /// The value if there is one. Use a `switch` where the reasons matter.
    default Optional<T> asOptional() {
        return this instanceof Valid<T>(var value, var _) ? Optional.of(value) : Optional.empty();
    }

    /// The value, for input that was valid when it was stored.
    ///
    /// @throws IllegalArgumentException with the reasons when it is not
    default T orThrow() {
        return switch (this) {
            case Valid<T>(var value, var _) -> value;
            case Invalid<T> invalid -> throw new IllegalArgumentException(invalid.reason());
        };
    }
}
