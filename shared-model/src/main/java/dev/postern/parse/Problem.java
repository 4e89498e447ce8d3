package dev.postern.parse;

/// One thing that is wrong with, or was forgiven in, what was parsed.
///
/// @param code    stable name in kebab case, for programs and tests: `max-age-too-large`
/// @param message what is wrong and what to do, in a sentence for a mail administrator; never null
/// @param rule    the clause that says so, `RFC 8461 §3.2`; empty where no standard rules
public record Problem(String code, String message, String rule) {

    @Override
    public String toString() {
        return rule.isEmpty() ? message : message + " (" + rule + ")";
    }
}
