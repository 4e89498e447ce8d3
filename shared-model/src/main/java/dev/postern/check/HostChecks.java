package dev.postern.check;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Vantage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Judges mail servers by the rules for MXs, whether or not a domain names them yet.
public final class HostChecks {

    /// What a server can be judged by alone. The others are about the domain.
    private static final Set<Check> OF_HOSTS = Set.of(Check.MX_ALIAS, Check.MX_ADDRESSES, Check.DANE_TLSA);

    private HostChecks() {
    }

    /// One finding for each check of an MX host.
    ///
    /// @param domain whose MXs they are or are to be
    /// @param hosts  as one vantage point saw them, at least one
    public static List<Finding> judge(DomainName domain, List<MxHost> hosts, Vantage vantage, Instant at) {
        var notAsked = new DnsAnswer.Unknown("not asked");
        var named = new DnsAnswer.Found(hosts.stream().map(MxHost::host).toList(), 0);
        var subject = new Subject(domain, Optional.empty(), new Observation(at, vantage, notAsked, notAsked, notAsked,
                notAsked, named, notAsked, Dnssec.unknown("not asked"),
                new PolicyFetch.Failed(PolicyFetch.Fault.DNS_UNKNOWN, "not asked"), hosts, List.of(),
                FoundationAnswers.unknown("not asked")), Optional.empty(), Optional.empty());
        var findings = new ArrayList<Finding>();
        MxRules.judge(subject).stream().filter(finding -> OF_HOSTS.contains(finding.check())).forEach(findings::add);
        findings.addAll(MxTlsRules.judge(subject));
        DaneRules.judge(subject).stream().filter(finding -> OF_HOSTS.contains(finding.check())).forEach(findings::add);
        return List.copyOf(findings);
    }
}
