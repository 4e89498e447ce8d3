package dev.postern.app.domain;

import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Gate;
import dev.postern.rollout.Step;
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
/// @param facts    what the rollout is decided by
/// @param gates    the steps that the phase has, with what each still needs
public record DomainStatus(MailDomain domain, Optional<PublishedPolicy> policy, SetupPlan plan,
                           List<StoredFinding> findings, Facts facts, List<Gate> gates) {

    public Watch watch() {
        return facts.watch();
    }

    /// Empty where the phase does not have the step.
    public Optional<Gate> gate(Step step) {
        return gates.stream().filter(gate -> gate.step() == step).findFirst();
    }

    public Optional<StoredFinding> finding(Check check) {
        return findings.stream().filter(stored -> stored.finding().check() == check).findFirst();
    }

    /// The verdict of a check; unknown before the first probe.
    public Verdict verdict(Check check) {
        return finding(check).map(stored -> stored.finding().verdict()).orElse(Verdict.UNKNOWN);
    }
}
