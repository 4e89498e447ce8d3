/// The TLS edge as it is shipped: Debian's Caddy with `deploy/Caddyfile`, before a whole Postern, gets its certificates
/// from a real ACME server (Pebble) that validates them by the small internet's DNS.
///
/// What is tested here is the one step between a customer's CNAME and a policy that senders accept: RFC 8461 §3.3 wants
/// a valid certificate for a name that belongs to somebody else.
package dev.postern.standalone.edge;
