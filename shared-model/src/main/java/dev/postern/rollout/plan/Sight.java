package dev.postern.rollout.plan;

/// What the probes say of whether a step is done.
sealed interface Sight {

    /// Every vantage point that looked has seen it.
    ///
    /// @param evidence in a sentence
    record Seen(String evidence) implements Sight {
    }

    /// Nobody has seen it yet, or it could not be told.
    ///
    /// @param what is still missing, in a sentence
    record NotYet(String what) implements Sight {
    }

    /// It was seen that it is not so. Of a step that was done before, this is an alarm.
    ///
    /// @param what is so instead, in a sentence
    record Against(String what) implements Sight {
    }

    default String text() {
        return switch (this) {
            case Seen(var evidence) -> evidence;
            case NotYet(var what) -> what;
            case Against(var what) -> what;
        };
    }
}
