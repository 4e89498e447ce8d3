/// The layers below MTA-STS: the DNS records that say who may send in a domain's name, read and followed.
///
/// MTA-STS guards mail on its way *in*. Whether strangers can send mail *out* in the domain's name is decided by four
/// other records, and a domain without them has the bigger problem:
///
/// - [dev.postern.foundation.SpfRecord]: which servers may send (RFC 7208), and
///   [dev.postern.foundation.SpfTree]: where the record leads, and how many of the ten lookups it needs
/// - [dev.postern.foundation.DkimKey]: the key that a signature is checked with (RFC 6376, RFC 8301, RFC 8463)
/// - [dev.postern.foundation.DmarcRecord]: what to do with mail that neither covers (RFC 7489), and
///   [dev.postern.foundation.DmarcDiscovery]: which record applies to a domain
/// - [dev.postern.foundation.BimiRecord]: the logo (draft-brand-indicators-for-message-identification)
///
/// [dev.postern.foundation.StsNeed] helps to decide whether MTA-STS is worth the work now. The rules that judge what
/// was found are in `dev.postern.check`.
package dev.postern.foundation;
