/// Certificates as mail servers and policy hosts show them: what stands in one, whose name it covers, and whether a
/// chain of them leads to a root that is trusted.
///
/// A probe keeps whole chains as evidence; the rules in [dev.postern.check] judge them without asking anybody.
package dev.postern.pki;
