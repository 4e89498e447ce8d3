package dev.postern.setup;

/// The policy file of a domain.
///
/// @param url  where senders fetch it (RFC 8461 §3.3)
/// @param body what they must find there
public record PolicyFile(String url, String body) {
}
