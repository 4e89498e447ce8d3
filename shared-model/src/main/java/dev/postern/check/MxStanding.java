package dev.postern.check;

import dev.postern.name.DomainName;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a sender that insists on TLS meets at one MX, all its addresses together (RFC 8461 §4.2). Whether a policy
/// names the MX is another question.
///
/// @param mx       in A-labels
/// @param answer   the worst that any vantage point met
/// @param failures what makes senders refuse it, one of each check; empty where nothing does
public record MxStanding(String mx, Answer answer, List<Finding> failures) {

    /// Checks whose failure makes a sender refuse a connection under `enforce`.
    public static final Set<Check> REFUSING = Set.copyOf(EnumSet.of(Check.MX_STARTTLS, Check.MX_TLS_VERSION,
            Check.MX_CERTIFICATE_CHAIN, Check.MX_CERTIFICATE_NAME, Check.MX_CERTIFICATE_EXPIRY,
            Check.MX_CERTIFICATE_STRENGTH));

    /// From best to worst.
    public enum Answer {
        /// Mail can be delivered there.
        TAKES,
        /// It could not be told.
        UNKNOWN,
        /// Nobody answers, policy or not.
        AWAY,
        /// At some addresses only; a sender tries the others (RFC 5321 §5.1).
        SOME_REFUSED,
        /// A sender that insists on TLS delivers nothing there.
        REFUSED
    }

    public MxStanding {
        failures = List.copyOf(failures);
    }

    /// Of each MX, in order of preference.
    ///
    /// @param seen the newest look of each vantage point, the newest first; those long before it tell nothing of now
    /// @param now  certificates may have expired since the look
    public static List<MxStanding> of(DomainName domain, List<Observation> seen, Instant now) {
        var byHost = new LinkedHashMap<String, MxStanding>();
        for (Observation look : seen) {
            if (Duration.between(look.at(), seen.getFirst().at()).compareTo(Seen.TOGETHER) > 0) {
                continue;
            }
            for (MxHost host : look.mxHosts()) {
                byHost.merge(host.host(), of(domain, look, host, now), MxStanding::worse);
            }
        }
        return List.copyOf(byHost.values());
    }

    private static MxStanding worse(MxStanding one, MxStanding other) {
        return other.answer.ordinal() > one.answer.ordinal() ? other : one;
    }

    private static MxStanding of(DomainName domain, Observation look, MxHost host, Instant now) {
        Map<Check, Finding> failures = new LinkedHashMap<>();
        var answers = new ArrayList<Answer>();
        for (MxEndpoint endpoint : MxTlsRules.worthJudging(host)) {
            var findings = MxTlsRules.judge(subject(domain, look, new MxHost(host.host(), host.at(), host.alias(),
                    host.addresses(), List.of(endpoint), host.tlsa()), now));
            var refusing = findings.stream().filter(finding -> REFUSING.contains(finding.check())
                    && finding.verdict() == Verdict.FAIL).toList();
            refusing.forEach(finding -> failures.putIfAbsent(finding.check(), finding));
            answers.add(!refusing.isEmpty() ? Answer.REFUSED : reachable(findings));
        }
        return new MxStanding(host.host(), together(answers), List.copyOf(failures.values()));
    }

    private static Answer reachable(List<Finding> findings) {
        Verdict verdict = findings.stream().filter(finding -> finding.check() == Check.MX_REACHABLE).findFirst()
                .orElseThrow().verdict();
        boolean toldAll = findings.stream().filter(finding -> REFUSING.contains(finding.check()))
                .noneMatch(finding -> finding.verdict() == Verdict.UNKNOWN);
        return verdict == Verdict.FAIL ? Answer.AWAY : toldAll ? Answer.TAKES : Answer.UNKNOWN;
    }

    private static Answer together(List<Answer> answers) {
        var kinds = new LinkedHashSet<>(answers);
        if (kinds.contains(Answer.REFUSED)) {
            return kinds.contains(Answer.TAKES) || kinds.contains(Answer.UNKNOWN) ? Answer.SOME_REFUSED
                    : Answer.REFUSED;
        }
        return kinds.contains(Answer.TAKES) ? Answer.TAKES : kinds.contains(Answer.UNKNOWN) || kinds.isEmpty()
                ? Answer.UNKNOWN : Answer.AWAY;
    }

    private static Subject subject(DomainName domain, Observation look, MxHost only, Instant now) {
        return new Subject(domain, Optional.empty(), new Observation(now, look.vantage(), look.ownershipRecord(),
                look.stsRecord(), look.tlsRptRecord(), look.policyHostCname(), look.mx(), look.domainAddresses(),
                look.dnssec(), look.policy(), List.of(only), look.destinations(), look.foundation()), Optional.empty(),
                Optional.empty());
    }
}
