/// Talks SMTP with MXs as a sending MTA would up to the end of the TLS handshake, and never sends mail.
///
/// [dev.postern.probe.mx.SmtpProbe] has the dialogue with one address; [dev.postern.probe.mx.MxProbe] looks at a whole
/// MX host; [dev.postern.probe.mx.MxHosts] sees to it that one look serves every domain that names the host, and that
/// no host is asked more often than is polite. [dev.postern.probe.mx.Port25] knows when the network here blocks SMTP
/// altogether, which says nothing of any MX.
package dev.postern.probe.mx;
