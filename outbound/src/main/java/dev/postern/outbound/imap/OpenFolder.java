package dev.postern.outbound.imap;

import java.util.OptionalLong;

/// The folder that a session has open.
///
/// @param mails       in it
/// @param uidValidity under which its UIDs mean the same mails
/// @param uidNext     above every UID in it; empty where the server does not tell
public record OpenFolder(int mails, long uidValidity, OptionalLong uidNext) {
}
