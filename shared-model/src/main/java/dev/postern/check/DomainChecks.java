package dev.postern.check;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.Vantage;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.tlsrpt.TlsRptRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Judges what probes of one domain saw. Each subject has a class of its own; this one asks them all and puts together
/// what several vantage points saw.
public final class DomainChecks {

    private DomainChecks() {
    }

    /// One finding for each check of the catalogue, in its order.
    public static List<Finding> judge(Managed managed, Seen seen) {
        return judge(managed.domain().name(), Optional.of(managed), managed.domain().dkimSelectors(), seen);
    }

    /// The same for a domain of which Postern knows nothing: without ownership and an intended policy, which only a
    /// domain in Postern has.
    ///
    /// @param dkimSelectors those that the asker named
    public static List<Finding> judge(DomainName domain, Set<String> dkimSelectors, Seen seen) {
        return judge(domain, Optional.empty(), dkimSelectors, seen);
    }

    private static List<Finding> judge(DomainName domain, Optional<Managed> managed, Set<String> selectors, Seen seen) {
        var byCheck = new EnumMap<Check, List<Told>>(Check.class);
        for (Observation observation : seen.now()) {
            boolean newest = observation == seen.newest();
            var subject = new Subject(domain, managed, observation, newest ? seen.before() : Optional.empty(),
                    newest ? seen.earlier() : Optional.empty());
            findings(subject, selectors).forEach(finding -> byCheck.computeIfAbsent(finding.check(),
                    _ -> new ArrayList<>()).add(new Told(observation.vantage(), finding)));
        }
        var findings = new ArrayList<Finding>();
        findings.add(VantageRules.judge(seen.now()));
        byCheck.values().forEach(told -> findings.add(together(told)));
        return findings.stream().sorted(Comparator.comparing(Finding::check)).toList();
    }

    /// What one vantage point says.
    record Told(Vantage vantage, Finding finding) {
    }

    private static List<Finding> findings(Subject subject, Set<String> selectors) {
        var findings = new ArrayList<Finding>();
        subject.managed().ifPresent(managed -> findings.add(OwnershipRules.judge(managed.domain(),
                managed.installation(), subject.seen().published(),
                ownershipProof(managed.domain(), managed.installation(), subject.seen()))));
        findings.addAll(MxRules.judge(subject));
        findings.addAll(DnsRules.judge(subject));
        findings.addAll(TlsRptRules.judge(subject));
        findings.addAll(PolicyHostRules.judge(subject));
        findings.addAll(StsRules.judge(subject));
        findings.addAll(MxTlsRules.judge(subject));
        findings.addAll(DaneRules.judge(subject));
        findings.addAll(FoundationRules.judge(subject.name(), subject.seen().foundation(), selectors,
                subject.seen().at()));
        return findings;
    }

    /// The worst that any vantage point saw counts. Where one could not tell and another could, the latter does.
    static Finding together(List<Told> told) {
        Told worst = told.stream().max(Comparator.comparingInt(each -> weight(each.finding().verdict()))).orElseThrow();
        boolean differ = told.stream().anyMatch(each -> each.finding().verdict() != worst.finding().verdict());
        if (!differ) {
            return worst.finding();
        }
        Finding finding = worst.finding();
        return new Finding(finding.check(), finding.verdict(), "Seen from " + worst.vantage() + ": "
                + finding.message(), finding.fix(), finding.evidence());
    }

    private static int weight(Verdict verdict) {
        return switch (verdict) {
            case UNKNOWN -> 0;
            case PASS -> 1;
            case WARN -> 2;
            case FAIL -> 3;
        };
    }

    /// The proof of ownership in what was seen, if there is one; TXT before CNAME before report address.
    public static Optional<OwnershipProof> ownershipProof(MailDomain domain, Installation installation,
                                                          Observation seen) {
        if (seen.ownershipRecord().values().contains(installation.ownershipValue(domain))) {
            return Optional.of(OwnershipProof.TXT_RECORD);
        }
        if (seen.policyHostCname().values().contains(
                installation.policyHostTarget(domain).toLowerCase(Locale.ROOT))) {
            return Optional.of(OwnershipProof.POLICY_DELEGATION);
        }
        return byReportAddress(domain, installation, seen.published());
    }

    /// The same for an MX host, which has no policy host: TXT before report address.
    public static Optional<OwnershipProof> ownershipProof(RegisteredMxHost host, Installation installation,
                                                          PublishedRecords seen) {
        return seen.ownershipRecord().values().contains(installation.ownershipValue(host))
                ? Optional.of(OwnershipProof.TXT_RECORD) : byReportAddress(host, installation, seen);
    }

    private static Optional<OwnershipProof> byReportAddress(PolicyDomain domain, Installation installation,
                                                            PublishedRecords seen) {
        boolean names = TlsRptRecord.parse(seen.tlsRptRecord().values()).asOptional()
                .map(record -> installation.reportsArrive(domain, record)).orElse(false);
        return names ? Optional.of(OwnershipProof.REPORT_ADDRESS) : Optional.empty();
    }

    /// Judges a registered MX host: ownership, its TLSRPT record and where that leads. How its mail server answers is
    /// judged on the pages of the domains that name it.
    ///
    /// @param now the newest look of each vantage point, the newest first, at least one
    public static List<Finding> judge(RegisteredMxHost host, Installation installation, List<PublishedRecords> now) {
        var byCheck = new EnumMap<Check, List<Told>>(Check.class);
        var newest = now.getFirst();
        for (PublishedRecords seen : now) {
            if (Duration.between(seen.at(), newest.at()).abs().compareTo(Seen.TOGETHER) > 0) {
                continue;
            }
            var findings = new ArrayList<>(TlsRptRules.judge(host, installation, seen));
            findings.add(OwnershipRules.judge(host, installation, seen, ownershipProof(host, installation, seen)));
            findings.forEach(finding -> byCheck.computeIfAbsent(finding.check(), _ -> new ArrayList<>())
                    .add(new Told(seen.vantage(), finding)));
        }
        return byCheck.values().stream().map(DomainChecks::together).toList();
    }

    /// How many checks came to each verdict.
    public static Map<Verdict, Long> count(List<Finding> findings) {
        var counts = new EnumMap<Verdict, Long>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, findings.stream().filter(finding -> finding.verdict() == verdict).count());
        }
        return counts;
    }

    /// The MX hosts that an answer names, each once, in order of preference; none for a null MX (RFC 7505).
    public static List<String> mxHosts(DnsAnswer mx) {
        return mx.values().stream().filter(host -> !host.equals(".")).distinct().toList();
    }
}
