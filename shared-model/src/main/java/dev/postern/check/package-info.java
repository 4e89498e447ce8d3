/// The catalogue of checks and the rules that judge what a probe saw.
///
/// A probe only observes ([dev.postern.observation.Observation]); [dev.postern.check.DomainChecks] turns that into findings,
/// so every piece of advice can be tested without a network. To add a check: a constant in
/// [dev.postern.check.Check], a rule in `DomainChecks`, a fault in the testbed, a test.
package dev.postern.check;
