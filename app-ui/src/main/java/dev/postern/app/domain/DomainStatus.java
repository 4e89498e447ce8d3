package dev.postern.app.domain;

import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.rollout.Requirement;
import dev.postern.rollout.Watch;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.SetupPlan;
import java.util.List;
import java.util.Optional;

/// Everything that a domain's page says about its rollout.
///
/// @param policy   the newest policy, if one was published
/// @param plan     what its owner has to publish
/// @param findings the newest finding of each check; empty before the first probe
/// @param watch    the clock inside testing
/// @param gate     what enforce still needs
public record DomainStatus(MailDomain domain, Optional<PublishedPolicy> policy, SetupPlan plan,
                           List<StoredFinding> findings, Watch watch, List<Requirement> gate) {

    public Optional<StoredFinding> finding(Check check) {
        return findings.stream().filter(stored -> stored.finding().check() == check).findFirst();
    }

    /// The verdict of a check; unknown before the first probe.
    public Verdict verdict(Check check) {
        return finding(check).map(stored -> stored.finding().verdict()).orElse(Verdict.UNKNOWN);
    }
}
