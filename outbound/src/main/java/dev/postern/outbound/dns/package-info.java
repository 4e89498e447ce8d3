/// Writes records into DNS zones, wherever those are kept: at a server that takes dynamic updates (RFC 2136), at
/// Cloudflare, at Amazon Route 53.
///
/// [dev.postern.outbound.dns.DnsProvider] is all that the rest of Postern knows of them. The next provider is one class
/// that implements it, a kind of [dev.postern.dnsrecord.DnsConnection], and a line in
/// [dev.postern.outbound.dns.DnsProviders]. Every problem comes with words for the person who connected the provider.
package dev.postern.outbound.dns;
