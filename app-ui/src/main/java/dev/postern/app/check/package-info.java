/// Checks as people see them: the list of findings that a domain's page and the public check share, how far a probe
/// is, the public check of any domain with its limits, and the help that is made from the catalogue.
package dev.postern.app.check;
