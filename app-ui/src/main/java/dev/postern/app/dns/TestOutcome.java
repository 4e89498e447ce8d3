package dev.postern.app.dns;

import dev.postern.outbound.dns.DnsProblem;

/// What a test of a connection saw.
public sealed interface TestOutcome {

    /// The zone is there and may be written to.
    record Fine() implements TestOutcome {
    }

    /// It can't be written to.
    ///
    /// @param reason what is wrong and what to do
    record Failed(DnsProblem.Kind kind, String reason) implements TestOutcome {
    }

    /// It was not tried.
    ///
    /// @param reason why not and what to do
    record NotTried(String reason) implements TestOutcome {
    }
}
