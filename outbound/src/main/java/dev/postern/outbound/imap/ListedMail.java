package dev.postern.outbound.imap;

/// A mail in a folder, before it is fetched.
///
/// @param size   bytes, as the server tells
/// @param report whether it looks like a TLS report (RFC 8460 §5.3)
public record ListedMail(long uid, long size, boolean report) {
}
