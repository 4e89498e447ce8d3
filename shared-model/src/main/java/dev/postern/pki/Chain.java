package dev.postern.pki;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.stream.Collectors;

/// The certificates that a server showed.
///
/// @param certificates the server's own first, at least one
/// @param detail       what the validation said, where the chain is not trusted; may be empty
/// @param staple       the revocation state that the server stapled to the handshake (RFC 6066 §8)
public record Chain(List<Certificate> certificates, Trust trust, String detail, Staple staple) {

    /// A stapled OCSP answer, whose signature was checked.
    public enum Staple {
        NONE, GOOD, REVOKED,
        /// There is one, and it can't be relied on: another certificate's, out of date, badly signed, unreadable.
        UNUSABLE
    }

    public Chain {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least the server's own certificate");
        }
    }

    /// The server's own certificate.
    @JsonIgnore
    public Certificate leaf() {
        return certificates.getFirst();
    }

    /// The chain for the evidence: who issued what to whom, then PEM.
    @JsonIgnore
    public String text() {
        return certificates.stream().map(one -> one.subject() + "\n  issued by " + one.issuer() + "\n  valid "
                + one.notBefore() + " to " + one.notAfter() + "\n  names " + String.join(", ", one.dnsNames()) + "\n  "
                + one.keyAlgorithm() + " " + one.keyBits() + " bits, " + one.signatureAlgorithm() + "\n  SHA-256 "
                + one.sha256()).collect(Collectors.joining("\n")) + "\n"
                + certificates.stream().map(Certificate::pem).collect(Collectors.joining());
    }
}
