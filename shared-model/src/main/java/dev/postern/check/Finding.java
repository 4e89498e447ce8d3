package dev.postern.check;

import java.util.List;

/// What a check found on one domain.
///
/// @param message  what is, in a sentence with the domain's own names
/// @param fix      what to do; empty when there is nothing to do
/// @param evidence what it rests on, never empty unless the verdict is unknown
public record Finding(Check check, Verdict verdict, String message, String fix, List<Evidence> evidence) {
    public Finding {
        // They may quote a stranger's bytes, and PostgreSQL's text holds no zero.
        message = message.replace('\0', '\uFFFD');
        fix = fix.replace('\0', '\uFFFD');
        evidence = List.copyOf(evidence);
    }

    public static Finding pass(Check check, String message, List<Evidence> evidence) {
        return new Finding(check, Verdict.PASS, message, "", evidence);
    }

    public static Finding warn(Check check, String message, String fix, List<Evidence> evidence) {
        return new Finding(check, Verdict.WARN, message, fix, evidence);
    }

    public static Finding fail(Check check, String message, String fix, List<Evidence> evidence) {
        return new Finding(check, Verdict.FAIL, message, fix, evidence);
    }

    /// @param message what could not be told, and why
    /// @param fix     how it could be told; may be empty
    public static Finding unknown(Check check, String message, String fix, List<Evidence> evidence) {
        return new Finding(check, Verdict.UNKNOWN, message, fix, evidence);
    }
}
