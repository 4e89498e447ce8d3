package dev.postern.observation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.postern.pki.Chain;
import java.util.Optional;

/// The outcome of asking a policy host for the policy as a sender would (RFC 8461 §3.3).
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
        @JsonSubTypes.Type(value = PolicyFetch.Answered.class, name = "answered"),
        @JsonSubTypes.Type(value = PolicyFetch.Failed.class, name = "failed")})
public sealed interface PolicyFetch {

    /// How Postern's probes call themselves, so that they are not taken for senders.
    String USER_AGENT = "Postern";

    /// A complete HTTP answer over a connection whose certificate is valid for the policy host.
    ///
    /// @param contentType the header as sent, if there was one
    /// @param body        at most 64 KiB and one byte; longer bodies are cut there
    /// @param chain       what the policy host showed
    record Answered(int status, Optional<String> contentType, byte[] body, Chain chain) implements PolicyFetch {
    }

    /// No answer that a sender would look at.
    ///
    /// @param detail what happened, for the evidence
    /// @param chain  what the policy host showed, where it came to that
    record Failed(Fault fault, String detail, Optional<Chain> chain) implements PolicyFetch {
        /// Before any certificate was seen.
        public Failed(Fault fault, String detail) {
            this(fault, detail, Optional.empty());
        }
    }

    /// Why no answer came.
    enum Fault {
        /// The policy host has no address, or the name does not exist.
        NO_ADDRESS,
        /// DNS gave no usable answer.
        DNS_UNKNOWN,
        /// The name leads to a private, loopback or otherwise not public address, which Postern never asks.
        ADDRESS_NOT_PUBLIC,
        /// Nobody listens, or the connection broke.
        NO_CONNECTION,
        /// It took longer than a sender would wait.
        TIMEOUT,
        /// The certificate does not cover the policy host's name.
        CERTIFICATE_NAME,
        /// The certificate has expired or is not valid yet.
        CERTIFICATE_EXPIRED,
        /// The certificate does not lead to a trusted root.
        CERTIFICATE_NOT_TRUSTED,
        /// TLS failed otherwise.
        TLS
    }
}
