/// MTA-STS (RFC 8461): a domain's promise that mail to it can be sent over TLS to named hosts, and what senders do when
/// it can't.
///
/// Without it, anyone on the path can strip STARTTLS and read the mail. Two things make the promise: a TXT record at
/// `_mta-sts` ([dev.postern.mtasts.StsRecord], §3.1), whose id tells whether the policy changed, and the policy itself
/// ([dev.postern.mtasts.StsPolicy], §3.2), fetched over HTTPS, whose patterns ([dev.postern.mtasts.MxPattern], §4.1)
/// say which hosts may take the mail.
package dev.postern.mtasts;
