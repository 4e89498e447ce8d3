package dev.postern.check;

import java.util.List;

/// What a check found on one domain.
///
/// @param message  what is, in a sentence with the domain's own names
/// @param fix      what to do; empty when there is nothing to do
/// @param evidence what it rests on, never empty unless the verdict is unknown
public record Finding(Check check, Verdict verdict, String message, String fix, List<Evidence> evidence) {
    public Finding {
        // It may quote a stranger's bytes, and PostgreSQL's text holds no zero.
        message = message.replace('\0', '\uFFFD');
        evidence = List.copyOf(evidence);
    }
}
