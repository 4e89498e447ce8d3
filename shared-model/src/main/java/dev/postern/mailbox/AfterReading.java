package dev.postern.mailbox;

/// What becomes of a report's mail once Postern has it for good. In every case Postern remembers how far it has read
/// (RFC 9051 §2.3.1.1), so a mail is taken once whatever people do with its flags.
public sealed interface AfterReading {

    /// It stays as it was, unread.
    record Leave() implements AfterReading {
    }

    /// It stays and is marked as read.
    record MarkSeen() implements AfterReading {
    }

    /// It goes to another folder.
    ///
    /// @param folder that must exist
    record MoveTo(String folder) implements AfterReading {
    }
}
