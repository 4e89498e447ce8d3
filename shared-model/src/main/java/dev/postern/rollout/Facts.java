package dev.postern.rollout;

import dev.postern.check.Finding;
import dev.postern.setup.MailDomain;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Everything that the rollout of one domain is decided by.
///
/// @param findings     the newest finding of each check; a missing one is unknown, and unknown is never a pass
/// @param watch        over the days since the domain entered its phase
/// @param certificates of the MXs, as last seen
/// @param departedMx   hosts that were MXs lately, with the look that first missed them: [Standing#departedMx]
public record Facts(MailDomain domain, PolicyTrail trail, List<Finding> findings, Watch watch, WatchRules rules,
                    List<MxCertificate> certificates, Map<String, Instant> departedMx, Instant now) {
    public Facts {
        departedMx = Map.copyOf(departedMx);
        findings = List.copyOf(findings);
        certificates = List.copyOf(certificates);
    }
}
