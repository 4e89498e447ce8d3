package dev.postern.mtasts;

import java.util.Arrays;
import java.util.Optional;

/// What a sender does about a connection that fails the policy (RFC 8461 §5).
public enum Mode {
    /// Refuse to deliver.
    ENFORCE("enforce"),
    /// Deliver all the same, and report.
    TESTING("testing"),
    /// Behave as if there were no policy.
    NONE("none");

    private final String wire;

    Mode(String wire) {
        this.wire = wire;
    }

    /// The word in the policy, which is case-sensitive.
    public String wire() {
        return wire;
    }

    static Optional<Mode> byWire(String word) {
        return Arrays.stream(values()).filter(mode -> mode.wire.equals(word)).findFirst();
    }
}
