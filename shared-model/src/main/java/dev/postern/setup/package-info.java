/// A domain as Postern keeps it, and what its owner has to publish: the exact DNS records and the policy file. The same
/// for an MX host, about which senders that use DANE report.
package dev.postern.setup;
