package dev.postern.probe.command;

import dev.postern.check.Finding;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import java.time.Instant;
import java.util.List;

/// One look at a domain, judged.
///
/// @param at       when the look began
/// @param findings one for each check, in the catalogue's order
public record Report(DomainName domain, Instant at, Vantage vantage, List<Finding> findings) {
    public Report {
        findings = List.copyOf(findings);
    }
}
