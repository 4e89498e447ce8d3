package dev.postern.check;

import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint.Tls;
import dev.postern.observation.Observation;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.setup.SetupPlan;
import dev.postern.timeline.TimelineEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is different between two looks at a domain from the same vantage point, beyond what a check judges.
public final class Changes {

    /// @param what names the change, so that two vantage points that see the same one tell of it once
    public record Change(TimelineEvent event, String what) {
    }

    private Changes() {
    }

    /// @param policy what senders fetch or would fetch; empty when there is none
    public static List<Change> between(DomainName domain, Observation before, Observation now,
                                       Optional<StsPolicy> policy) {
        var changes = new ArrayList<Change>();
        mx(domain, before, now, policy).ifPresent(changes::add);
        Map<String, Chain> shownBefore = chains(domain, before);
        chains(domain, now).forEach((where, chain) -> Optional.ofNullable(shownBefore.get(where))
                .flatMap(earlier -> certificate(domain, where, earlier, chain)).ifPresent(changes::add));
        return changes;
    }

    private static Optional<Change> mx(DomainName domain, Observation before, Observation now,
                                       Optional<StsPolicy> policy) {
        if (before.mx() instanceof DnsAnswer.Unknown || now.mx() instanceof DnsAnswer.Unknown) {
            return Optional.empty();
        }
        var had = DomainChecks.mxHosts(before.mx());
        var has = DomainChecks.mxHosts(now.mx());
        var added = has.stream().filter(host -> !had.contains(host)).toList();
        var removed = had.stream().filter(host -> !has.contains(host)).toList();
        if (added.isEmpty() && removed.isEmpty()) {
            return Optional.empty();
        }
        boolean covered = policy.map(rules -> added.stream().map(HostName::parse).map(parsed -> parsed.asOptional())
                .allMatch(host -> host.filter(rules::covers).isPresent())).orElse(true);
        // The minute: the same change may come back one day, and is then told again.
        return Optional.of(new Change(new TimelineEvent.MxChanged(domain.ascii(), added, removed, covered),
                "mx " + has + " after " + had + " " + now.at().getEpochSecond() / Seen.TOGETHER.toSeconds()));
    }

    /// Servers behind one address may show different certificates by turns; only a younger one is a new one.
    private static Optional<Change> certificate(DomainName domain, String where, Chain before, Chain now) {
        Certificate old = before.leaf();
        Certificate young = now.leaf();
        if (old.sha256().equals(young.sha256()) || !young.notBefore().isAfter(old.notBefore())) {
            return Optional.empty();
        }
        String host = where.split(" ", 2)[0];
        boolean trusted = now.trust() == Trust.TRUSTED && young.covers(host);
        return Optional.of(new Change(new TimelineEvent.CertificateReplaced(domain.ascii(), host, young.issuer(),
                young.notAfter(), trusted), "certificate " + host + " " + young.sha256()));
    }

    /// By host and address.
    private static Map<String, Chain> chains(DomainName domain, Observation seen) {
        var chains = new LinkedHashMap<String, Chain>();
        Subject.chain(seen.policy()).ifPresent(chain -> chains.put(SetupPlan.policyHost(domain), chain));
        seen.mxHosts().forEach(host -> host.endpoints().forEach(endpoint -> endpoint.tls().flatMap(Tls::chain)
                .ifPresent(chain -> chains.put(host.host() + " " + endpoint.address(), chain))));
        return chains;
    }
}
