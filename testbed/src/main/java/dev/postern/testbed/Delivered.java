package dev.postern.testbed;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// A message that an [SmtpServer] accepted.
///
/// @param from       reverse path without angle brackets; empty for a bounce
/// @param recipients forward paths without angle brackets, in the order given
/// @param data       the message with CRLF line ends, dots unstuffed, without the final dot
/// @param tlsVersion as `TLSv1.3`; empty when it came in plain text
public record Delivered(String from, List<String> recipients, byte[] data, Optional<String> tlsVersion) {

    public Delivered {
        recipients = List.copyOf(recipients);
    }

    /// The message as text.
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
