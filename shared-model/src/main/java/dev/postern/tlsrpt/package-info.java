/// TLS-RPT (RFC 8460): how senders tell a domain, once a day, which connections to its mail servers failed and why.
///
/// The domain names report addresses in a TXT record at `_smtp._tls` ([dev.postern.tlsrpt.TlsRptRecord], §3). Senders
/// send JSON ([dev.postern.tlsrpt.TlsReport], §4.4), which [dev.postern.tlsrpt.TlsReportReader] reads as a stream:
/// strict where a wrong reading would mislead, lenient where senders are known to be sloppy, with a note for each thing
/// forgiven.
package dev.postern.tlsrpt;
