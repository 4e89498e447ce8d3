package dev.postern.outbound.imap;

import java.time.Duration;

/// How long a server may take, and how much it may say.
///
/// @param connect    for TCP to connect
/// @param read       for the next bytes of an answer
/// @param whole      for everything, until the connection is cut
/// @param maxMessage bytes of the largest mail that is fetched
public record ImapLimits(Duration connect, Duration read, Duration whole, int maxMessage) {
}
