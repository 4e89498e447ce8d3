package dev.postern.pki;

/// Where a chain leads, its dates left aside.
public enum Trust {
    /// To a root that is trusted.
    TRUSTED("leads to a trusted root"),
    /// Signed by its own key only.
    SELF_SIGNED("is signed by its own key"),
    /// The server leaves out a certificate between its own and the root.
    INCOMPLETE("was sent without the intermediate certificate that issued it"),
    /// To a root that nobody else trusts.
    UNKNOWN_ROOT("leads to a root that senders do not know"),
    /// It rests on an algorithm or key that verifiers no longer accept, such as SHA-1.
    WEAK_ALGORITHM("rests on an algorithm or a key that senders no longer accept"),
    /// A signature, a constraint or a purpose in it does not hold.
    BROKEN("does not hold together");

    private final String words;

    Trust(String words) {
        this.words = words;
    }

    /// For "the certificate of … leads to a trusted root".
    public String words() {
        return words;
    }
}
