package dev.postern.stream;

import dev.postern.check.Verdict;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// Tells that a domain was probed and what its checks now say. The observation itself, which can be large, is in the
/// database.
///
/// @param vantage  name of the vantage point
/// @param at       when the probe began
/// @param verdicts by id of the check, all vantage points together
public record ProbeResult(UUID tenant, UUID domainId, String domain, String vantage, Instant at,
                          Map<String, Verdict> verdicts) {
    public ProbeResult {
        verdicts = Map.copyOf(verdicts);
    }
}
