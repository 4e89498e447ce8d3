/// Looks at domains from outside, as a sender does, and records what it sees.
///
/// The scheduler asks for probes on `probe.requested`, and so do people. A worker reads them, asks DNS and the policy
/// host ([dev.postern.probe.dns], [dev.postern.probe.policy]), judges the answers by the rules of
/// [dev.postern.check.DomainChecks], and writes findings, events and the observation in one transaction.
package dev.postern.probe;
