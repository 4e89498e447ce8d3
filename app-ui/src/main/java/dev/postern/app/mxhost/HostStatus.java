package dev.postern.app.mxhost;

import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.report.PolicyTypeFigures;
import dev.postern.setup.MailDomain;
import dev.postern.setup.RecordToPublish;
import dev.postern.setup.RegisteredMxHost;
import java.util.List;
import java.util.Optional;

/// Everything that an MX host's page says.
///
/// @param serves   the organisation's domains whose mail goes there, as their MX records were last seen, by name
/// @param records  what its owner publishes
/// @param findings the newest finding of each check; empty before the first probe
/// @param figures  what reports about it counted, by policy type; empty until ownership is proven
public record HostStatus(RegisteredMxHost host, List<MailDomain> serves, List<RecordToPublish> records,
                         List<StoredFinding> findings, List<PolicyTypeFigures> figures) {
    public HostStatus {
        serves = List.copyOf(serves);
        records = List.copyOf(records);
        findings = List.copyOf(findings);
        figures = List.copyOf(figures);
    }

    public Optional<StoredFinding> finding(Check check) {
        return findings.stream().filter(stored -> stored.finding().check() == check).findFirst();
    }

    /// The verdict of a check; unknown before the first probe.
    public Verdict verdict(Check check) {
        return finding(check).map(stored -> stored.finding().verdict()).orElse(Verdict.UNKNOWN);
    }
}
