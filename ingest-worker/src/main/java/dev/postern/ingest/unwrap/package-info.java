/// Takes reports out of what they came in: a mail (RFC 8460 §5.3), a mail forwarded in another, or nothing at all.
/// Senders call a report many things, so its bytes are looked at first, then its file name, then its type.
package dev.postern.ingest.unwrap;
