/// Asks DNS, and tells "there is none" from "could not tell" (RFC 8461 §3.1): a server that fails is no evidence that
/// a record is missing. Also knows which addresses Postern may connect to at all.
package dev.postern.probe.dns;
