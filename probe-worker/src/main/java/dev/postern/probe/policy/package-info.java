/// Fetches a policy as a sender would (RFC 8461 §3.3): HTTPS with a certificate valid for the policy host, no
/// redirects, no cache, within a sender's limits, and only from addresses on the public Internet.
package dev.postern.probe.policy;
