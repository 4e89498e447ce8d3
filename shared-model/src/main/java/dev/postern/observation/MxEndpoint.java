package dev.postern.observation;

import dev.postern.pki.Chain;
import java.time.Instant;
import java.util.Optional;

/// The SMTP dialogue with one address of an MX, as far as it went. No mail is ever sent: it ends after TLS.
///
/// @param address    literal
/// @param millis     how long it took
/// @param outcome    how far it went
/// @param detail     why it went no further, for people; empty when TLS was established
/// @param transcript every line of both sides in plain text, `S: ` and `C: ` in front, and what TLS said
/// @param tls        what was negotiated, also where only the certificate was seen
public record MxEndpoint(String address, Instant at, long millis, Outcome outcome, String detail, String transcript,
                         Optional<Tls> tls) {

    /// How far the dialogue went.
    public enum Outcome {
        /// From this vantage point nobody's port 25 can be reached: it tells nothing of the MX.
        PORT_BLOCKED,
        /// A private, loopback or otherwise not public address, which is never asked.
        ADDRESS_NOT_PUBLIC,
        /// The connection was refused or reset, or there is no route.
        NO_CONNECTION,
        /// It took longer than it may, at whatever point.
        TIMEOUT,
        /// The greeting was 4xx: come back later.
        DEFERRED,
        /// The greeting was 5xx.
        REFUSED,
        /// What answers does not speak SMTP: no code, an endless banner, a line too long.
        NOT_SMTP,
        /// EHLO was not accepted.
        EHLO_REFUSED,
        /// EHLO was answered without STARTTLS.
        STARTTLS_NOT_OFFERED,
        /// STARTTLS was offered, and answered with an error.
        STARTTLS_REFUSED,
        /// TLS could not be agreed on: no common protocol version.
        TLS_VERSION,
        /// TLS failed otherwise; the connection broke off in the handshake.
        TLS_FAILED,
        /// TLS is established; the certificate is judged elsewhere.
        TLS_ESTABLISHED;

        /// Whether the server greeted and took EHLO, so that it speaks SMTP.
        public boolean tookEhlo() {
            return switch (this) {
                case STARTTLS_NOT_OFFERED, STARTTLS_REFUSED, TLS_VERSION, TLS_FAILED, TLS_ESTABLISHED -> true;
                default -> false;
            };
        }
    }

    /// What a handshake showed.
    ///
    /// @param protocol `TLSv1.3`; empty when the handshake did not get that far
    /// @param cipher   the suite; likewise
    /// @param chain    empty when no certificate was shown
    public record Tls(String protocol, String cipher, Optional<Chain> chain) {
    }
}
