package dev.postern.db.report;

import java.time.Instant;
import java.util.UUID;

/// How something came in.
///
/// @param id          given at receipt; the same receipt read twice is known by it
/// @param transport   `smtp`, `https`, `imap` or `upload`
/// @param peer        address of who sent it; for an upload, the person
/// @param contentType `message/rfc822` for mail, else as sent; empty when there was none
public record Receipt(UUID id, String transport, String peer, Instant receivedAt, String contentType) {

    /// The transport of what a member brought.
    public static final String UPLOAD = "upload";
}
