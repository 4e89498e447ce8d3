package dev.postern.db.finding;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.setup.PublishedPolicy;
import java.time.Instant;

/// A finding and its times.
///
/// @param checkedAt when it was last confirmed
/// @param since     since when the verdict has been the same
public record StoredFinding(Finding finding, Instant checkedAt, Instant since) {

    /// Whether it shows that senders get this very policy. What was seen before the policy was published shows nothing
    /// of it, however well it went: then the id would go out before the policy (RFC 8461 §8.1).
    public boolean showsServed(PublishedPolicy policy) {
        return finding.check() == Check.STS_POLICY_BODY && finding.verdict() == Verdict.PASS
                && !checkedAt.isBefore(policy.createdAt());
    }
}
