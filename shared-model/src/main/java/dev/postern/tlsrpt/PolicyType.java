package dev.postern.tlsrpt;

import java.util.Arrays;

/// Which kind of policy a sender applied (RFC 8460 §4.4).
public enum PolicyType {
    /// An MTA-STS policy (RFC 8461).
    STS("sts"),
    /// TLSA records, for DANE (RFC 7672).
    TLSA("tlsa"),
    /// The domain had neither.
    NO_POLICY_FOUND("no-policy-found"),
    /// A word that the RFC does not know; the word as sent is kept beside it.
    OTHER("other");

    private final String wire;

    PolicyType(String wire) {
        this.wire = wire;
    }

    /// The word in reports.
    public String wire() {
        return wire;
    }

    /// The type of a word as sent, case aside.
    public static PolicyType byWire(String word) {
        return Arrays.stream(values()).filter(type -> type != OTHER && type.wire.equalsIgnoreCase(word)).findFirst()
                .orElse(OTHER);
    }
}
