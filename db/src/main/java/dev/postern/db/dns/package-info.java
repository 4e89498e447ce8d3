/// The DNS zones that organisations let Postern write to ([dev.postern.db.dns.DnsConnectionStore]), which domains'
/// records it writes and how that goes ([dev.postern.db.dns.DnsWritingStore]), and whose turn it is
/// ([dev.postern.db.dns.DnsSchedule]).
package dev.postern.db.dns;
