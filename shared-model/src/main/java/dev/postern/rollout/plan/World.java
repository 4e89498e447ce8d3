package dev.postern.rollout.plan;

import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.HostChecks;
import dev.postern.check.Seen;
import dev.postern.check.Verdict;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.parse.Parsed;
import dev.postern.pki.Chain;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.setup.MailDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that plans are decided by: what senders hold, and what the probes saw last.
///
/// @param looks  the newest observation of each vantage point that looked at about the same time, the newest first; empty
///               before the first probe
/// @param ahead  likewise, of what is not published yet
/// @param ttls   the longest that were seen
public record World(MailDomain domain, PolicyTrail trail, List<Observation> looks, List<PreflightLook> ahead, Ttls ttls,
                    Instant now) {

    public World {
        looks = together(looks);
        ahead = ahead.stream().sorted(Comparator.comparing(PreflightLook::at).reversed()).toList();
        if (!ahead.isEmpty()) {
            Instant newest = ahead.getFirst().at();
            ahead = ahead.stream().filter(each -> !each.at().isBefore(newest.minus(Seen.TOGETHER))).toList();
        }
    }

    /// Older observations of other vantage points tell of another time.
    private static List<Observation> together(List<Observation> looks) {
        var sorted = looks.stream().sorted(Comparator.comparing(Observation::at).reversed()).toList();
        return sorted.stream().filter(each -> !each.at().isBefore(sorted.getFirst().at().minus(Seen.TOGETHER))).toList();
    }

    /// The same with what was learnt of TTLs before.
    public World with(Ttls known) {
        Ttls all = known;
        for (Observation look : looks) {
            all = all.after(look);
        }
        for (PreflightLook look : ahead) {
            all = all.after(look);
        }
        return new World(domain, trail, looks, ahead, all, now);
    }

    String name() {
        return domain.name().ascii();
    }

    Optional<PolicyVersion> newest() {
        return trail.newest();
    }

    Optional<StsPolicy> policy() {
        return newest().map(version -> version.published().policy());
    }

    /// For sentences: "version 3".
    String version() {
        return newest().map(version -> "version " + version.published().version()).orElse("the policy");
    }

    /// Every MX that any vantage point finds in DNS; without an MX record, the domain itself (RFC 5321 §5.1).
    public List<HostName> mx() {
        return looks.stream().flatMap(look -> names(look).stream()).distinct().map(HostName::parse)
                .map(Parsed::asOptional).flatMap(Optional::stream).toList();
    }

    private static List<String> names(Observation look) {
        return look.mx() instanceof DnsAnswer.Absent && look.domainAddresses() instanceof DnsAnswer.Found
                ? look.mxHosts().stream().map(MxHost::host).toList() : DomainChecks.mxHosts(look.mx());
    }

    /// Vantage points that find the host among the MXs.
    boolean anywhere(HostName host) {
        return mx().contains(host);
    }

    /// Whether every vantage point that looked finds each of these among the MXs.
    boolean everywhere(List<HostName> hosts) {
        return !looks.isEmpty() && looks.stream().allMatch(look -> names(look).containsAll(hosts.stream()
                .map(HostName::ascii).toList()));
    }

    /// Whether every vantage point could tell what the MXs are.
    boolean mxKnown() {
        return !looks.isEmpty() && looks.stream().noneMatch(look -> look.mx() instanceof DnsAnswer.Unknown);
    }

    /// The longest that a sender keeps an enforced policy which it fetched until now; the newest policy's `max_age`
    /// where none is enforced.
    Duration longestHeld() {
        return Duration.ofSeconds(Stream.concat(trail.held(now).stream().map(held -> held.policy())
                        .filter(policy -> policy.mode() == Mode.ENFORCE), policy().stream())
                .mapToLong(StsPolicy::maxAgeSeconds).max().orElse(0));
    }

    /// The chains that a host shows, from everywhere, at every address that answers.
    List<Chain> chains(HostName host) {
        return endpoints(host).stream().map(MxEndpoint::tls).flatMap(Optional::stream).map(MxEndpoint.Tls::chain)
                .flatMap(Optional::stream).toList();
    }

    /// The dialogues with a host that could be reached at all from where they were begun.
    List<MxEndpoint> endpoints(HostName host) {
        return hosts(host).stream().flatMap(each -> each.endpoints().stream())
                .filter(each -> each.outcome() != MxEndpoint.Outcome.PORT_BLOCKED
                        && each.outcome() != MxEndpoint.Outcome.ADDRESS_NOT_PUBLIC).toList();
    }

    /// A host as an MX of the domain, as each vantage point saw it.
    List<MxHost> hosts(HostName host) {
        return looks.stream().flatMap(look -> look.mxHosts().stream()).filter(each -> each.host().equals(host.ascii()))
                .toList();
    }

    /// SHA-256 of the certificates that a host shows, hexadecimal.
    public Set<String> fingerprints(HostName host) {
        return chains(host).stream().map(chain -> chain.leaf().sha256()).collect(Collectors.toSet());
    }

    /// Whether a host has TLSA records that senders use (RFC 7672 §2.2).
    public boolean dane(HostName host) {
        return hosts(host).stream().anyMatch(each -> !each.tlsa().records().isEmpty()
                && each.tlsa().dnssec().state() == dev.postern.observation.Dnssec.State.SECURE);
    }

    /// Whether hosts do all that a sender insists on under enforce, seen ahead of their being MXs.
    Sight readyAhead(List<HostName> wanted) {
        if (ahead.isEmpty()) {
            return new Sight.NotYet("Postern has not looked at " + Saying.hosts(wanted) + " yet.");
        }
        var problems = new LinkedHashSet<String>();
        var unknown = new LinkedHashSet<String>();
        var good = new LinkedHashSet<String>();
        for (PreflightLook look : ahead) {
            for (HostName host : wanted) {
                var seen = look.hosts().stream().filter(each -> each.host().equals(host.ascii())).toList();
                if (seen.isEmpty()) {
                    unknown.add("Postern has not looked at " + host + " yet.");
                } else {
                    judge(HostChecks.judge(domain.name(), seen, look.vantage(), look.at()), problems, unknown, good);
                }
            }
        }
        return sight(problems, unknown, good);
    }

    /// The same of hosts that are MXs.
    Sight ready(List<HostName> wanted) {
        var problems = new LinkedHashSet<String>();
        var unknown = new LinkedHashSet<String>();
        var good = new LinkedHashSet<String>();
        for (Observation look : looks) {
            for (HostName host : wanted) {
                var seen = look.mxHosts().stream().filter(each -> each.host().equals(host.ascii())).toList();
                if (seen.isEmpty()) {
                    unknown.add(host + " was not seen as an MX from " + look.vantage() + ".");
                } else {
                    judge(HostChecks.judge(domain.name(), seen, look.vantage(), look.at()), problems, unknown, good);
                }
            }
        }
        return looks.isEmpty() ? new Sight.NotYet("Postern has not looked yet.") : sight(problems, unknown, good);
    }

    private static void judge(List<Finding> findings, Set<String> problems, Set<String> unknown, Set<String> good) {
        for (Finding finding : findings) {
            boolean required = finding.check().need() == Check.Need.REQUIRED;
            if (finding.verdict() == Verdict.FAIL) {
                problems.add(finding.message() + (finding.fix().isEmpty() ? "" : " " + finding.fix()));
            } else if (finding.verdict() == Verdict.UNKNOWN && required) {
                unknown.add(finding.message());
            } else if (finding.check() == Check.MX_CERTIFICATE_EXPIRY || finding.check() == Check.MX_STARTTLS) {
                good.add(finding.message());
            }
        }
    }

    private static Sight sight(Set<String> problems, Set<String> unknown, Set<String> good) {
        var bad = new ArrayList<>(problems);
        return !bad.isEmpty() ? new Sight.Against(String.join(" ", bad))
                : !unknown.isEmpty() ? new Sight.NotYet(String.join(" ", unknown))
                : new Sight.Seen(String.join(" ", good));
    }
}
