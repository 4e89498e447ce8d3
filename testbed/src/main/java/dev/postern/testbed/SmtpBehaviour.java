package dev.postern.testbed;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bouncycastle.tls.ProtocolVersion;

/// How an SMTP server behaves: well, until a field is changed. A dialogue keeps the object it began with and sees the
/// changes in it; the server's health is restored by a new object.
final class SmtpBehaviour {

    /// What a client meets first.
    enum Opening { GREETING, SILENCE, RESET, END, ENDLESS_BANNER, ENDLESS_LINE }

    /// What follows the command STARTTLS.
    enum StartTls { HANDSHAKE, NOT_IMPLEMENTED, REFUSED, PLAIN_TEXT, GARBAGE, RESET, END, SILENCE, INJECTED_REPLY }

    volatile Opening opening = Opening.GREETING;
    volatile int greetingCode = 220;
    /// Empty: the server's name and nothing more.
    volatile List<String> greetingLines = List.of();
    volatile boolean closesAfterGreeting;
    volatile Duration greetingDelay = Duration.ZERO;
    volatile Duration lineDelay = Duration.ZERO;
    volatile boolean acceptsEhlo = true;
    /// Whole lines of the answer to EHLO after the first; empty: the usual extensions.
    volatile Optional<List<String>> extensions = Optional.empty();
    volatile boolean offersStartTls = true;
    volatile boolean requiresTls;
    volatile boolean lowerCase;
    volatile String lineEnd = "\r\n";
    volatile StartTls startTls = StartTls.HANDSHAKE;
    volatile List<ProtocolVersion> versions = TlsTerms.MODERN;
    volatile boolean refusesHandshake;
    volatile OptionalInt connectionLimit = OptionalInt.empty();
}
