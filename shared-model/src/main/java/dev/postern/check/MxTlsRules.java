package dev.postern.check;

import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxEndpoint.Tls;
import dev.postern.observation.MxHost;
import dev.postern.parse.Quoted;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// What a sender that honours the policy would meet at each address of each MX.
///
/// A sender tries one address after another, so a broken one may go unnoticed for long; every address counts here.
/// Addresses that this vantage point can't reach at all, such as IPv6 from a network without it, are left aside where
/// the same host was reached at another address; else they are unknown.
final class MxTlsRules {

    private static final Set<String> OLD = Set.of("SSLv3", "TLSv1", "TLSv1.1");
    private static final int WARN_DAYS = 21;
    private static final int WARN_DAYS_SHORT_LIVED = 7;
    private static final Duration SHORT_LIVED = Duration.ofDays(31);
    private static final int MIN_RSA = 2048;
    private static final int MIN_EC = 256;

    /// What one address comes to for one check.
    ///
    /// @param text what is so at this address, without a full stop; begins with the host
    private record Part(Verdict verdict, String text, String fix) {

        static Part pass(String text) {
            return new Part(Verdict.PASS, text, "");
        }

        static Part unknown(String text) {
            return new Part(Verdict.UNKNOWN, text, "");
        }
    }

    private final Subject subject;

    private MxTlsRules(Subject subject) {
        this.subject = subject;
    }

    static List<Finding> judge(Subject subject) {
        var rules = new MxTlsRules(subject);
        return List.of(
                rules.all(Check.MX_REACHABLE, "Every MX answers", MxTlsRules::reachable),
                rules.all(Check.MX_STARTTLS, "Every MX offers STARTTLS and begins TLS", MxTlsRules::startTls),
                rules.all(Check.MX_TLS_VERSION, "Every MX speaks TLS 1.2 or newer", MxTlsRules::version),
                rules.all(Check.MX_CERTIFICATE_CHAIN, "Every certificate leads to a trusted root",
                        onChain(MxTlsRules::chain)),
                rules.all(Check.MX_CERTIFICATE_NAME, "Every certificate names its MX", onChain(MxTlsRules::name)),
                rules.all(Check.MX_CERTIFICATE_EXPIRY, "Every certificate is in date", onChain(rules::expiry)),
                rules.all(Check.MX_CERTIFICATE_STRENGTH, "Keys and signatures are strong", onChain(MxTlsRules::strength)),
                rules.all(Check.MX_CERTIFICATE_REVOCATION, "No certificate is stapled as revoked",
                        onChain(MxTlsRules::revocation)));
    }

    private Finding all(Check check, String allPass, BiFunction<MxHost, MxEndpoint, Part> rule) {
        String name = subject.name().ascii();
        if (subject.seen().mxHosts().isEmpty()) {
            var evidence = subject.evidence("MX " + name, subject.seen().mx());
            return subject.nullMx() ? Finding.pass(check, name + " takes no mail: there is no MX to ask.", evidence)
                    : Finding.unknown(check, "The MXs of " + name + " are not known.", "", evidence);
        }
        var parts = new ArrayList<Part>();
        var evidence = new ArrayList<Evidence>();
        for (MxHost host : subject.seen().mxHosts()) {
            var asked = worthJudging(host);
            if (asked.isEmpty()) {
                parts.add(Part.unknown(host.host() + " could not be asked"));
            }
            for (MxEndpoint endpoint : asked) {
                parts.add(rule.apply(host, endpoint));
                evidence.add(evidence(host, endpoint));
            }
        }
        return sum(check, allPass, parts, evidence);
    }

    static List<MxEndpoint> worthJudging(MxHost host) {
        var reachable = host.endpoints().stream().filter(endpoint -> endpoint.outcome() != Outcome.PORT_BLOCKED
                && endpoint.outcome() != Outcome.ADDRESS_NOT_PUBLIC).toList();
        return reachable.isEmpty() ? host.endpoints() : reachable;
    }

    private static Finding sum(Check check, String allPass, List<Part> parts, List<Evidence> evidence) {
        for (Verdict verdict : List.of(Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN)) {
            var these = parts.stream().filter(part -> part.verdict() == verdict).toList();
            if (!these.isEmpty()) {
                return new Finding(check, verdict, joined(these.stream().map(Part::text).toList(), "; ") + ".",
                        joined(these.stream().map(Part::fix).filter(fix -> !fix.isEmpty()).toList(), " "), evidence);
            }
        }
        return Finding.pass(check, allPass + ": " + joined(parts.stream().map(Part::text).toList(), "; ") + ".", evidence);
    }

    private static String joined(List<String> texts, String between) {
        return texts.stream().distinct().collect(Collectors.joining(between));
    }

    private static Evidence evidence(MxHost host, MxEndpoint endpoint) {
        return new Evidence("SMTP with " + host.host() + " at " + endpoint.address() + " (" + endpoint.millis() + " ms)",
                endpoint.outcome() + (endpoint.detail().isEmpty() ? "" : ": " + endpoint.detail()) + "\n\n"
                        + endpoint.transcript() + endpoint.tls().flatMap(Tls::chain)
                        .map(chain -> "\n" + chain.text()).orElse(""), endpoint.at());
    }

    private static String at(MxHost host, MxEndpoint endpoint) {
        return host.host() + " (" + endpoint.address() + ")";
    }

    private static Part reachable(MxHost host, MxEndpoint endpoint) {
        String at = at(host, endpoint);
        return switch (endpoint.outcome()) {
            case PORT_BLOCKED -> Part.unknown(at + " can't be asked from here: " + endpoint.detail());
            case ADDRESS_NOT_PUBLIC -> new Part(Verdict.FAIL, at + " is not a public address",
                    "Give " + host.host() + " a public address.");
            case TIMEOUT -> Part.unknown(at + " did not answer in time");
            case DEFERRED -> Part.unknown(at + " asks to come back later: " + endpoint.detail());
            case NO_CONNECTION -> {
                boolean elsewhere = host.endpoints().stream().anyMatch(other -> other.outcome().tookEhlo());
                yield new Part(elsewhere ? Verdict.WARN : Verdict.FAIL, at + " takes no connection on port 25: "
                        + endpoint.detail(), "Make port 25 of " + at + " reachable, or remove the address from DNS.");
            }
            case REFUSED -> new Part(Verdict.FAIL, at + " refuses to talk: " + endpoint.detail(),
                    "Find out why " + at + " greets with an error; should it refuse this vantage point only, allow its "
                            + "address.");
            case NOT_SMTP -> new Part(Verdict.FAIL, at + " does not speak SMTP: " + endpoint.detail(),
                    "See that a mail server listens on port 25 of " + at + ".");
            case EHLO_REFUSED -> new Part(Verdict.FAIL, at + " does not take EHLO: " + endpoint.detail(),
                    "Let " + at + " answer EHLO (RFC 5321 §3.2); without it there is no STARTTLS.");
            default -> Part.pass(at);
        };
    }

    private static Part startTls(MxHost host, MxEndpoint endpoint) {
        String at = at(host, endpoint);
        String fix = "Turn on STARTTLS at " + at + ", or see what between here and there removes it.";
        return switch (endpoint.outcome()) {
            case STARTTLS_NOT_OFFERED -> new Part(Verdict.FAIL, at + " does not offer STARTTLS", fix);
            case STARTTLS_REFUSED -> new Part(Verdict.FAIL, at + " offers STARTTLS and then refuses it: "
                    + endpoint.detail(), "Give " + at + " a certificate and key that it can load; then it will begin "
                    + "TLS.");
            case EHLO_REFUSED -> new Part(Verdict.FAIL, at + " takes no EHLO, so it can't offer STARTTLS", fix);
            case TLS_VERSION, TLS_FAILED, TLS_ESTABLISHED -> Part.pass(at);
            default -> Part.unknown(notAsked(at, endpoint));
        };
    }

    private static String notAsked(String at, MxEndpoint endpoint) {
        return at + " could not be asked: " + (endpoint.detail().isEmpty()
                ? endpoint.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ') : endpoint.detail());
    }

    private static Part version(MxHost host, MxEndpoint endpoint) {
        String at = at(host, endpoint);
        return switch (endpoint.outcome()) {
            case TLS_VERSION -> new Part(Verdict.FAIL, at + " speaks no TLS 1.2 or newer",
                    "Enable TLS 1.2 and 1.3 at " + at + ".");
            case TLS_FAILED -> new Part(Verdict.FAIL, "The TLS handshake with " + at + " breaks off: "
                    + endpoint.detail(), "Look at the TLS settings and the log of " + at + ".");
            case TLS_ESTABLISHED -> {
                Tls tls = endpoint.tls().orElseThrow();
                yield OLD.contains(tls.protocol()) ? new Part(Verdict.FAIL, at + " agreed on " + tls.protocol(),
                        "Enable TLS 1.2 and 1.3 at " + at + ".")
                        : Part.pass(at + " " + tls.protocol() + " " + tls.cipher());
            }
            default -> Part.unknown(notAsked(at, endpoint));
        };
    }

    @FunctionalInterface
    private interface ChainRule {
        Part judge(MxHost host, String at, Chain chain);
    }

    private static BiFunction<MxHost, MxEndpoint, Part> onChain(ChainRule rule) {
        return (host, endpoint) -> {
            Optional<Chain> chain = endpoint.tls().flatMap(Tls::chain);
            return chain.map(shown -> rule.judge(host, at(host, endpoint), shown))
                    .orElseGet(() -> Part.unknown("No certificate of " + at(host, endpoint) + " was seen"));
        };
    }

    private static Part chain(MxHost host, String at, Chain chain) {
        if (chain.trust() == Trust.TRUSTED) {
            return Part.pass(at);
        }
        String fix = switch (chain.trust()) {
            case INCOMPLETE -> "Let " + at + " send the whole chain, the intermediate certificate too.";
            case WEAK_ALGORITHM -> "Replace the certificate of " + at + " by one with SHA-256 and a strong key.";
            default -> "Get a certificate for " + host.host() + " from a public certificate authority.";
        };
        return new Part(Verdict.FAIL, "The certificate of " + at + " " + chain.trust().words(), fix);
    }

    private static Part name(MxHost host, String at, Chain chain) {
        Certificate leaf = chain.leaf();
        if (leaf.covers(host.host())) {
            return Part.pass(at);
        }
        return new Part(Verdict.FAIL, "The certificate of " + at + " does not name " + host.host() + ", but "
                + (leaf.dnsNames().isEmpty() ? "no alternative name at all"
                : Quoted.of(String.join(", ", leaf.dnsNames()))),
                "Get a certificate that names " + host.host() + ", or let the MX record name a host that it covers.");
    }

    private Part expiry(MxHost host, String at, Chain chain) {
        var now = subject.seen().at();
        Certificate leaf = chain.leaf();
        long days = leaf.daysLeft(now);
        String fix = "Renew the certificate of " + at + ".";
        if (!leaf.validAt(now)) {
            return new Part(Verdict.FAIL, "The certificate of " + at + (days < 0 ? " expired on " + leaf.notAfter()
                    : " is not valid before " + leaf.notBefore()), fix);
        }
        Optional<Certificate> stale = chain.certificates().stream().skip(1).filter(one -> !one.validAt(now)).findFirst();
        if (stale.isPresent()) {
            return new Part(Verdict.FAIL, "In the chain of " + at + ", the certificate of " + stale.get().subject()
                    + " is out of date", "Let " + at + " send a current intermediate certificate.");
        }
        boolean shortLived = Duration.between(leaf.notBefore(), leaf.notAfter()).compareTo(SHORT_LIVED) < 0;
        String left = "The certificate of " + at + " has " + days + " days left, until " + leaf.notAfter();
        return days <= (shortLived ? WARN_DAYS_SHORT_LIVED : WARN_DAYS) ? new Part(Verdict.WARN, left, fix)
                : Part.pass(at + " " + days + " days left");
    }

    private static Part strength(MxHost host, String at, Chain chain) {
        var sent = chain.certificates();
        for (Certificate one : sent) {
            // A root's own signature proves nothing and is not looked at.
            boolean root = one != sent.getFirst() && one.subject().equals(one.issuer());
            String signature = one.signatureAlgorithm().toUpperCase(Locale.ROOT);
            if (!root && (signature.startsWith("SHA1") || signature.startsWith("MD"))) {
                return new Part(Verdict.FAIL, "A certificate in the chain of " + at + " is signed with "
                        + one.signatureAlgorithm(), "Replace it by one that is signed with SHA-256.");
            }
            int least = one.keyAlgorithm().startsWith("EC") || one.keyAlgorithm().startsWith("Ed") ? MIN_EC : MIN_RSA;
            if (one.keyBits() > 0 && one.keyBits() < least) {
                return new Part(Verdict.FAIL, "A key in the chain of " + at + " is short: " + one.keyAlgorithm() + " "
                        + one.keyBits() + " bits", "Make a new key for " + host.host() + ": RSA 2048 bits or more, or EC "
                        + "P-256, and get a certificate for it.");
            }
        }
        return Part.pass(at + " " + chain.leaf().keyAlgorithm() + " " + chain.leaf().keyBits() + " bits");
    }

    private static Part revocation(MxHost host, String at, Chain chain) {
        return switch (chain.staple()) {
            case REVOKED -> new Part(Verdict.FAIL, "The certificate of " + at + " is revoked, as " + host.host()
                    + " itself staples", "Get a new certificate for " + host.host() + " with a new key.");
            case UNUSABLE -> new Part(Verdict.WARN, at + " staples an OCSP answer that can't be relied on",
                    "Let " + at + " fetch a current OCSP answer, or turn stapling off.");
            case GOOD -> Part.pass(at + " staples good");
            case NONE -> Part.pass(at + " staples nothing");
        };
    }
}
