package dev.postern.tlsrpt;

import java.util.Optional;

/// Whether a report by mail is from who it says (RFC 8460 §3, §5.3): it must bear a valid DKIM signature of the reporting
/// domain, without a length limit. Anyone who reads the TLSRPT record can send a report without one.
///
/// @param signer domain of the signature that decided; empty where there was none to speak of
/// @param detail why it is not verified, the end of a sentence; empty when it is
public record Authenticity(State state, Optional<String> signer, String detail) {

    /// What became of the signatures.
    public enum State {
        /// One is valid, and of the domain that the mail says it is from.
        VERIFIED("signature verified"),
        /// There is none.
        UNSIGNED("not signed"),
        /// There are some, and none counts.
        FAILED("signature not valid"),
        /// The key could not be fetched.
        UNKNOWN("signature could not be checked"),
        /// It did not come by mail.
        NOT_MAIL("not by mail");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /// For people, within a sentence.
        public String words() {
            return words;
        }
    }

    public static Authenticity verified(String signer) {
        return new Authenticity(State.VERIFIED, Optional.of(signer), "");
    }

    public static Authenticity without(State state, String detail) {
        return new Authenticity(state, Optional.empty(), detail);
    }
}
