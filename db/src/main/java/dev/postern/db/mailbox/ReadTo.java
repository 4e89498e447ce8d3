package dev.postern.db.mailbox;

/// Up to where a folder has been read (RFC 9051 §2.3.1.1).
///
/// @param uidValidity under which the folder's UIDs mean the same mails
/// @param lastUid     the last one that needs no further look; 0 for none
public record ReadTo(long uidValidity, long lastUid) {
}
