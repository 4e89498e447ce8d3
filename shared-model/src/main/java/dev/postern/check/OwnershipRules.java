package dev.postern.check;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PublishedRecords;
import dev.postern.setup.Installation;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyDomain;
import java.util.Optional;

/// Whether who added a domain controls its DNS.
final class OwnershipRules {

    private OwnershipRules() {
    }

    /// @param proof what was seen of it
    static Finding judge(PolicyDomain domain, Installation installation, PublishedRecords seen,
                         Optional<OwnershipProof> proof) {
        String name = domain.name().unicode();
        String where = installation.ownershipName(domain.name());
        var evidence = Subject.evidence("TXT " + where, seen.ownershipRecord(), seen.at());
        if (domain.verified()) {
            return Finding.pass(Check.DOMAIN_OWNERSHIP, "Ownership of " + name + " was proven by "
                    + domain.verifiedBy().map(OwnershipProof::words).orElse("an earlier check") + ".", evidence);
        }
        if (proof.isPresent()) {
            return Finding.pass(Check.DOMAIN_OWNERSHIP, "Ownership of " + name + " is proven by "
                    + proof.get().words() + ".", evidence);
        }
        String fix = "Publish TXT " + where + " with the value " + installation.ownershipValue(domain) + ".";
        return switch (seen.ownershipRecord()) {
            case DnsAnswer.Unknown(var why) -> Finding.unknown(Check.DOMAIN_OWNERSHIP, Subject.noAnswer(where, why), "",
                    evidence);
            case DnsAnswer.Absent _ -> Finding.fail(Check.DOMAIN_OWNERSHIP, "There is no record at " + where + " yet.",
                    fix, evidence);
            case DnsAnswer.Found _ -> Finding.fail(Check.DOMAIN_OWNERSHIP, where
                    + " holds another value than the challenge.", fix, evidence);
        };
    }
}
