/// MX hosts registered beside mail domains. With DANE a sender reports about the MX host, not about the mail domain
/// (RFC 7672 §2.2.3, RFC 8460 §4.4); these pages show how to get those reports, and what they say.
package dev.postern.app.mxhost;
