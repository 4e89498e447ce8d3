package dev.postern.tlsrpt;

import java.util.Arrays;

/// Which kind of policy a sender applied (RFC 8460 §4.4).
public enum PolicyType {
    STS("sts"),
    TLSA("tlsa"),
    NO_POLICY_FOUND("no-policy-found"),
    /// A word that the RFC does not know; the word as sent is kept beside it.
    OTHER("other");

    private final String wire;

    PolicyType(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    /// The type of a word as sent, case aside.
    public static PolicyType byWire(String word) {
        return Arrays.stream(values()).filter(type -> type != OTHER && type.wire.equalsIgnoreCase(word)).findFirst()
                .orElse(OTHER);
    }
}
