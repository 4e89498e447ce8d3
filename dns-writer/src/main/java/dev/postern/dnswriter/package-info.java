/// Keeps the DNS records of domains as their plans say, where organisations let Postern write them: by hand that is
/// forgotten, or done in the wrong order, and the order is what RFC 8461 §8.1 is about.
///
/// [dev.postern.dnswriter.DnsWriter] is the process, [dev.postern.dnswriter.Rounds] hands out domains that are due, and
/// [dev.postern.dnswriter.RecordWriter] looks after one of them. It is a process of its own, apart from the probes, so
/// that the one which holds the keys to customers' zones is not the one which reads what strangers serve.
package dev.postern.dnswriter;
