package dev.postern.observation;

/// Whether DNS answers of a zone are authenticated (RFC 4035 §4.3).
///
/// @param detail why, where it is bogus or not known; may be empty
public record Dnssec(State state, String detail) {

    /// The four states of RFC 4035.
    public enum State {
        /// Signed, and the signatures lead to the root's key.
        SECURE,
        /// Proven to be not signed.
        INSECURE,
        /// Signed, and the signatures do not hold: validating resolvers answer SERVFAIL, mail stops.
        BOGUS,
        /// It could not be told.
        UNKNOWN
    }

    public static Dnssec unknown(String why) {
        return new Dnssec(State.UNKNOWN, why);
    }
}
