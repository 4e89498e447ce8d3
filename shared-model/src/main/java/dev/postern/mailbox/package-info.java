/// A mailbox in which an organisation keeps its TLS reports and which Postern reads over IMAP (RFC 9051): where it is,
/// how the connection is protected, and what becomes of a mail that was read. The password is no part of it.
package dev.postern.mailbox;
