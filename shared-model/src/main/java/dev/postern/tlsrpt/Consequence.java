package dev.postern.tlsrpt;

/// What a reported failure would have meant for the mail, had the policy said `enforce`.
public enum Consequence {
    /// The sender would not have delivered over this connection (RFC 8461 §5).
    REFUSED("would have been refused"),
    /// The sender had no policy to go by, so the session was not protected, and not refused either (RFC 8461 §5.1).
    UNPROTECTED("was not protected"),
    /// DANE decides, whatever the policy's mode (RFC 8461 §2): mail that fails it is refused already.
    DANE("is DANE's"),
    /// The sender gave a reason that RFC 8460 does not list, so it may be any of these.
    UNCLEAR("may have been refused");

    private final String words;

    Consequence(String words) {
        this.words = words;
    }

    /// For "a session that …".
    public String words() {
        return words;
    }

    /// Whether it stands in the way of `enforce`. What is not clear does, until a person has looked at it.
    public boolean blocks() {
        return this == REFUSED || this == UNCLEAR;
    }

    /// @param policy under which policy the sender counted the failure. Under `no-policy-found` it applied none, and
    ///               would refuse the same session once it does.
    /// @param mx     the receiving MX that the sender named; empty where it named none
    public static Consequence of(PolicyType policy, ResultType result, String mx) {
        if (policy == PolicyType.TLSA) {
            return DANE;
        }
        // A policy that can't be read is found before any MX is chosen. A sender that names an MX all the same may mean
        // that the policy does not name that MX, for which RFC 8460 has no type of its own.
        return result == ResultType.STS_POLICY_INVALID && !mx.isEmpty() ? UNCLEAR : result.consequence();
    }

    /// The same where no MX is known.
    public static Consequence of(PolicyType policy, ResultType result) {
        return of(policy, result, "");
    }
}
