/// Takes reports out of what they came in: mail of every shape that senders use (RFC 8460 §5.3), or a plain body.
package dev.postern.ingest.unwrap;
