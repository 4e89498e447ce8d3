package dev.postern.app.domain;

/// Whether something that a person asked for was done.
public sealed interface Outcome {

    record Done() implements Outcome {
    }

    /// @param reason why not and what to do, in a sentence
    record Refused(String reason) implements Outcome {
    }

    static Outcome done() {
        return new Done();
    }

    static Outcome refused(String reason) {
        return new Refused(reason);
    }
}
