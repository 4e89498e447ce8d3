package dev.postern.mtasts;

import dev.postern.name.HostName;
import java.util.List;

/// How a policy and a domain's MXs fit.
///
/// @param uncovered MXs that no pattern matches: under enforce, senders refuse them
/// @param unused    patterns that no MX matches
public record PolicyCoverage(List<HostName> uncovered, List<MxPattern> unused) {
    public PolicyCoverage {
        uncovered = List.copyOf(uncovered);
        unused = List.copyOf(unused);
    }
}
