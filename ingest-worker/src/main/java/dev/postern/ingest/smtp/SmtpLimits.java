package dev.postern.ingest.smtp;

import java.time.Duration;

/// What one client of the mail server may take. Each refusal names the limit.
///
/// @param connections       at a time
/// @param connectionsOfOne  source at a time: an IPv4 address, or an IPv6 network of 64 bits, which one customer has
/// @param recipients        of one mail
/// @param silence           for a whole command, and within a message; RFC 5321 §4.5.3.2.7 wants five minutes, but a
///                          report sender that is silent for one is stuck, and it comes again
/// @param longestSession    however busy it is
/// @param lineBytes         of a command
/// @param idleCommands      commands without a mail delivered
public record SmtpLimits(int connections, int connectionsOfOne, int recipients, Duration silence,
                         Duration longestSession, int lineBytes, int idleCommands) {

    /// The library gives up on longer lines itself, without naming its limit.
    public static final int MOST_LINE_BYTES = 990;

    public static final SmtpLimits DEFAULT = new SmtpLimits(500, 50, 20, Duration.ofMinutes(1),
            Duration.ofMinutes(30), MOST_LINE_BYTES, 100);

    public SmtpLimits {
        if (lineBytes > MOST_LINE_BYTES) {
            throw new IllegalArgumentException("a command has at most " + MOST_LINE_BYTES + " bytes");
        }
    }
}
