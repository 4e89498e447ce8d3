package dev.postern.db.probe;

import dev.postern.check.Finding;
import dev.postern.name.DomainName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The public check of a domain.
///
/// @param requestedAt when somebody last asked
/// @param checkedAt   when the look that the findings rest on began; empty until there is one
/// @param vantage     where it looked from; empty until then
/// @param findings    in the catalogue's order
public record PublicCheck(DomainName domain, Instant requestedAt, Optional<Instant> checkedAt, String vantage,
                          List<Finding> findings) {
    public PublicCheck {
        findings = List.copyOf(findings);
    }

    /// Whether a look is still on its way.
    public boolean pending() {
        return checkedAt.isEmpty() || checkedAt.get().isBefore(requestedAt);
    }
}
