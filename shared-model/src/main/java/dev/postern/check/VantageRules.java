package dev.postern.check;

import dev.postern.mtasts.StsPolicy;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxEndpoint.Tls;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Compares what vantage points saw. An honest server may show two places two certificates; it does not offer
/// STARTTLS here and refuse it there.
final class VantageRules {

    private static final Set<Outcome> WITHOUT_TLS = Set.of(Outcome.STARTTLS_NOT_OFFERED, Outcome.STARTTLS_REFUSED);
    private static final Set<Fault> FALSE_CERTIFICATE = Set.of(Fault.CERTIFICATE_NAME, Fault.CERTIFICATE_NOT_TRUSTED);

    /// What a difference may be.
    private enum Kind {
        /// An attack on one path: honest servers do not differ like this.
        ATTACK,
        /// DNS that has not spread yet, or an attack.
        SPREADING,
        /// Servers of one provider in several places, or a certificate that should never have been issued.
        ODD
    }

    /// @param what which answers differ, a sentence
    private record Difference(String what, Kind kind, List<Evidence> evidence) {
    }

    private VantageRules() {
    }

    static Finding judge(List<Observation> seen) {
        String from = seen.stream().map(each -> each.vantage().toString()).collect(Collectors.joining(", "));
        if (seen.size() < 2) {
            return Finding.unknown(Check.VANTAGE_AGREEMENT, "Seen from " + from + " only, which tells nothing of other "
                    + "paths.", "Run a second probe worker in another network (POSTERN_VANTAGE) to compare.", List.of());
        }
        var differences = new ArrayList<Difference>();
        for (int i = 0; i < seen.size(); i++) {
            for (int j = i + 1; j < seen.size(); j++) {
                compare(seen.get(i), seen.get(j), differences);
            }
        }
        if (differences.isEmpty()) {
            return Finding.pass(Check.VANTAGE_AGREEMENT, "Seen alike from " + from + ".", seen.stream().map(each ->
                    new Evidence("Looked from " + each.vantage(), "no answer differs", each.at())).toList());
        }
        boolean onlyOdd = differences.stream().allMatch(each -> each.kind() == Kind.ODD);
        boolean spread = differences.stream().noneMatch(each -> each.kind() == Kind.ATTACK);
        String fix = onlyOdd ? "If whoever runs these MXs uses several authorities, all is well. If you know of one only, ask "
                + "the other to revoke what it issued, and publish CAA records (RFC 8659)." : spread ? "If you changed these records in the last hours, they are still spreading: look again. If "
                + "not, ask your DNS provider why its servers differ, and keep enforce off."
                : "Treat this as an attack on one path until you know better: do not weaken the policy, compare both "
                + "transcripts, and ask the network behind the vantage point that sees less.";
        return new Finding(Check.VANTAGE_AGREEMENT, onlyOdd ? Verdict.WARN : Verdict.FAIL, differences.stream()
                .map(Difference::what).distinct().collect(Collectors.joining(" ")), fix, differences.stream()
                .flatMap(each -> each.evidence().stream()).distinct().toList());
    }

    private static void compare(Observation one, Observation other, List<Difference> differences) {
        dns("MX", one, one.mx(), other, other.mx()).ifPresent(differences::add);
        dns("MTA-STS record", one, one.stsRecord(), other, other.stsRecord()).ifPresent(differences::add);
        dns("TLS-RPT record", one, one.tlsRptRecord(), other, other.tlsRptRecord()).ifPresent(differences::add);
        policy(one, other).ifPresent(differences::add);
        for (MxHost host : one.mxHosts()) {
            other.mxHosts().stream().filter(same -> same.host().equals(host.host())).findFirst()
                    .ifPresent(same -> mx(one, host, other, same).ifPresent(differences::add));
        }
    }

    private static Optional<Difference> dns(String what, Observation one, DnsAnswer here, Observation other,
                                            DnsAnswer there) {
        if (here instanceof DnsAnswer.Unknown || there instanceof DnsAnswer.Unknown
                || Set.copyOf(here.values()).equals(Set.copyOf(there.values()))) {
            return Optional.empty();
        }
        return Optional.of(new Difference(one.vantage() + " and " + other.vantage() + " get different answers for the "
                + what + ".", Kind.SPREADING, List.of(new Evidence(what + " from " + one.vantage(), here.text(), one.at()),
                new Evidence(what + " from " + other.vantage(), there.text(), other.at()))));
    }

    private static Optional<Difference> policy(Observation one, Observation other) {
        Optional<StsPolicy> here = Subject.servedPolicy(one);
        Optional<StsPolicy> there = Subject.servedPolicy(other);
        String what;
        if (here.isPresent() && there.isPresent() && !here.equals(there)) {
            what = one.vantage() + " and " + other.vantage() + " are served different policies.";
        } else if (one.policy() instanceof Answered && falseCertificate(other)) {
            what = other.vantage() + " is shown a false certificate by the policy host, " + one.vantage() + " is not.";
        } else if (other.policy() instanceof Answered && falseCertificate(one)) {
            what = one.vantage() + " is shown a false certificate by the policy host, " + other.vantage() + " is not.";
        } else {
            return Optional.empty();
        }
        return Optional.of(new Difference(what, Kind.ATTACK, List.of(
                new Evidence("The policy from " + one.vantage(), Subject.text(one.policy()), one.at()),
                new Evidence("The policy from " + other.vantage(), Subject.text(other.policy()), other.at()))));
    }

    private static boolean falseCertificate(Observation seen) {
        return seen.policy() instanceof Failed(var fault, var _, var _) && FALSE_CERTIFICATE.contains(fault);
    }

    private static Optional<Difference> mx(Observation one, MxHost here, Observation other, MxHost there) {
        Optional<MxEndpoint> strippedHere = find(here, VantageRules::withoutTls);
        Optional<MxEndpoint> strippedThere = find(there, VantageRules::withoutTls);
        Optional<MxEndpoint> tlsHere = find(here, VantageRules::honest);
        Optional<MxEndpoint> tlsThere = find(there, VantageRules::honest);
        Optional<MxEndpoint> falseHere = find(here, endpoint -> isFalse(here, endpoint));
        Optional<MxEndpoint> falseThere = find(there, endpoint -> isFalse(there, endpoint));
        if (strippedHere.isPresent() && strippedThere.isEmpty() && tlsThere.isPresent()) {
            return Optional.of(stripped(one, here, strippedHere.get(), other, tlsThere.get()));
        }
        if (strippedThere.isPresent() && strippedHere.isEmpty() && tlsHere.isPresent()) {
            return Optional.of(stripped(other, there, strippedThere.get(), one, tlsHere.get()));
        }
        if (falseHere.isPresent() && falseThere.isEmpty() && tlsThere.isPresent()) {
            return Optional.of(impersonated(one, here, falseHere.get(), other, tlsThere.get()));
        }
        if (falseThere.isPresent() && falseHere.isEmpty() && tlsHere.isPresent()) {
            return Optional.of(impersonated(other, there, falseThere.get(), one, tlsHere.get()));
        }
        return tlsHere.isPresent() && tlsThere.isPresent() ? otherIssuer(one, here, tlsHere.get(), other, there,
                tlsThere.get()) : Optional.empty();
    }

    /// Both are valid, and no authority issued certificates to both. Servers in several places have certificates of their
    /// own, but seldom from different authorities.
    private static Optional<Difference> otherIssuer(Observation one, MxHost here, MxEndpoint shownHere, Observation other,
                                                    MxHost there, MxEndpoint shownThere) {
        Set<String> issuersHere = issuers(here);
        if (issuersHere.isEmpty() || issuers(there).isEmpty()
                || issuers(there).stream().anyMatch(issuersHere::contains)) {
            return Optional.empty();
        }
        return Optional.of(new Difference(here.host() + " shows " + one.vantage() + " a certificate of "
                + String.join(", ", issuersHere) + ", and " + other.vantage() + " one of "
                + String.join(", ", issuers(there)) + "; both are valid.", Kind.ODD,
                transcripts(one, here, shownHere, other, shownThere)));
    }

    private static Set<String> issuers(MxHost host) {
        return host.endpoints().stream().flatMap(endpoint -> endpoint.tls().flatMap(Tls::chain).stream())
                .map(chain -> chain.leaf().issuer()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Difference stripped(Observation less, MxHost host, MxEndpoint without, Observation more,
                                       MxEndpoint with) {
        return new Difference(host.host() + " offers STARTTLS to " + more.vantage() + " and not to " + less.vantage()
                + ": what a downgrade attack looks like.", Kind.ATTACK, transcripts(less, host, without, more, with));
    }

    private static Difference impersonated(Observation wrong, MxHost host, MxEndpoint shown, Observation right,
                                           MxEndpoint honest) {
        return new Difference(host.host() + " shows " + wrong.vantage() + " a certificate that is not valid, and "
                + right.vantage() + " a valid one: what an attack with a false certificate looks like.", Kind.ATTACK,
                transcripts(wrong, host, shown, right, honest));
    }

    private static List<Evidence> transcripts(Observation one, MxHost host, MxEndpoint here, Observation other,
                                              MxEndpoint there) {
        return List.of(transcript(one, host, here), transcript(other, host, there));
    }

    private static Evidence transcript(Observation seen, MxHost host, MxEndpoint endpoint) {
        return new Evidence("SMTP with " + host.host() + " at " + endpoint.address() + " from " + seen.vantage(),
                endpoint.transcript() + endpoint.tls().flatMap(Tls::chain).map(chain -> "\n" + chain.text()).orElse(""),
                endpoint.at());
    }

    private static boolean withoutTls(MxEndpoint endpoint) {
        return WITHOUT_TLS.contains(endpoint.outcome());
    }

    private static boolean honest(MxEndpoint endpoint) {
        return endpoint.outcome() == Outcome.TLS_ESTABLISHED;
    }

    /// Not of a trusted root, or for another name; where the other vantage point sees the same there is no difference.
    private static boolean isFalse(MxHost host, MxEndpoint endpoint) {
        Optional<Chain> chain = endpoint.tls().flatMap(Tls::chain);
        return chain.filter(shown -> shown.trust() != Trust.TRUSTED || !shown.leaf().covers(host.host())).isPresent();
    }

    private static Optional<MxEndpoint> find(MxHost host, Predicate<MxEndpoint> which) {
        return host.endpoints().stream().filter(which).findFirst();
    }
}
