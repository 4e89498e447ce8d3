/// Reads mailboxes over IMAP (RFC 9051, and RFC 3501, which most servers speak): connects with verified TLS only, says
/// in plain words what is wrong and what to do, and takes nothing from a server that it did not ask for in that size.
///
/// [dev.postern.outbound.imap.ImapConnector] connects; [dev.postern.outbound.imap.ImapSession] is one signed-in
/// connection. Jakarta Mail's protocol layer speaks IMAP; its folders and messages are left aside, since they make room
/// for as many mails as a server claims to have.
package dev.postern.outbound.imap;
