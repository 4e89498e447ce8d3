package dev.postern.check;

import dev.postern.mtasts.StsPolicy;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.SetupPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a sender that asks the policy host gets a policy it may use.
final class PolicyHostRules {

    private static final int FAIL_DAYS = 3;
    private static final int WARN_DAYS = 14;

    private final Subject subject;
    private final String host;
    private final String url;
    private final boolean hosted;
    private final List<Evidence> fetched;

    private PolicyHostRules(Subject subject) {
        this.subject = subject;
        this.host = SetupPlan.policyHost(subject.name());
        this.url = SetupPlan.policyUrl(subject.name());
        this.hosted = subject.managed().filter(managed -> managed.domain().hosting() == PolicyHosting.POSTERN)
                .isPresent();
        this.fetched = subject.policyEvidence(url);
    }

    static List<Finding> judge(Subject subject) {
        var rules = new PolicyHostRules(subject);
        return List.of(rules.address(), rules.fetch(), rules.syntax(), rules.certificate());
    }

    private Finding address() {
        var evidence = subject.evidence("CNAME " + host, subject.seen().policyHostCname());
        if (!hosted) {
            return ownAddress(evidence);
        }
        var managed = subject.managed().orElseThrow();
        String target = managed.installation().policyHostTarget(managed.domain());
        String fix = "Publish CNAME " + host + " to " + target + ".";
        return switch (subject.seen().policyHostCname()) {
            case DnsAnswer.Unknown(var why) -> Finding.unknown(Check.POLICY_HOST_ADDRESS, Subject.noAnswer(host, why),
                    "", evidence);
            case DnsAnswer.Absent _ -> Finding.fail(Check.POLICY_HOST_ADDRESS, host
                    + " does not lead to Postern's policy host yet.", fix, evidence);
            case DnsAnswer.Found(var values, var _) when values.contains(target.toLowerCase(Locale.ROOT)) ->
                    Finding.pass(Check.POLICY_HOST_ADDRESS, host + " leads to Postern's policy host.", evidence);
            case DnsAnswer.Found(var values, var _) -> Finding.fail(Check.POLICY_HOST_ADDRESS, host + " leads to "
                    + String.join(", ", values) + ", not to Postern's policy host.", fix, evidence);
        };
    }

    private Finding ownAddress(List<Evidence> evidence) {
        return switch (subject.seen().policy()) {
            case Failed(var fault, var detail, var _) when fault == Fault.NO_ADDRESS ->
                    Finding.fail(Check.POLICY_HOST_ADDRESS, host + " has no address: " + detail + ".",
                            "Give " + host + " an address record of a web server that serves the policy.", evidence);
            case Failed(var fault, var detail, var _) when fault == Fault.ADDRESS_NOT_PUBLIC ->
                    Finding.fail(Check.POLICY_HOST_ADDRESS, host + " leads to an address that is not public: " + detail
                            + ".", "Senders need a public address at " + host + ".", evidence);
            case Failed(var fault, var detail, var _) when fault == Fault.DNS_UNKNOWN ->
                    Finding.unknown(Check.POLICY_HOST_ADDRESS, Subject.noAnswer(host, detail), "", evidence);
            default -> Finding.pass(Check.POLICY_HOST_ADDRESS, host + " has an address.", evidence);
        };
    }

    private Finding fetch() {
        return switch (subject.seen().policy()) {
            case Failed failed -> fetchFailed(failed);
            case Answered answered when answered.status() >= 300 && answered.status() < 400 -> Finding.fail(
                    Check.STS_POLICY_FETCH, url + " redirects (status " + answered.status()
                            + "), and senders follow no redirect (RFC 8461 §3.3).",
                    "Serve the policy file at exactly " + url + ", without a redirect.", fetched);
            case Answered answered when answered.status() != 200 -> Finding.fail(Check.STS_POLICY_FETCH, url
                    + " answers with status " + answered.status() + ", not 200.",
                    "Serve the policy file at exactly " + url + " with status 200.", fetched);
            case Answered answered -> served(answered);
        };
    }

    private Finding served(Answered answered) {
        if (answered.body().length > StsPolicy.MAX_BODY_BYTES) {
            return Finding.fail(Check.STS_POLICY_FETCH, "What " + url + " serves is longer than 64 KiB, at which "
                    + "senders stop reading (RFC 8461 §3.3).", "Serve only the policy file at " + url + ".", fetched);
        }
        String media = answered.contentType().map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (!media.equals("text/plain")) {
            return Finding.warn(Check.STS_POLICY_FETCH, "The policy is served as "
                            + (media.isEmpty() ? "no media type" : Quoted.of(media))
                            + "; some senders refuse anything but text/plain (RFC 8461 §3.2).",
                    "Serve " + url + " with Content-Type: text/plain.", fetched);
        }
        return Finding.pass(Check.STS_POLICY_FETCH, "The policy is served over HTTPS with a valid certificate.",
                fetched);
    }

    private Finding fetchFailed(Failed failed) {
        return switch (failed.fault()) {
            case DNS_UNKNOWN -> Finding.unknown(Check.STS_POLICY_FETCH, Subject.noAnswer(host, failed.detail()), "",
                    fetched);
            case TIMEOUT -> Finding.unknown(Check.STS_POLICY_FETCH, host + " did not answer in time: "
                    + failed.detail() + ".", "If this stays, look at the web server of " + host + ".", fetched);
            case NO_ADDRESS -> Finding.fail(Check.STS_POLICY_FETCH, host + " has no address.",
                    hosted ? "Publish the CNAME of " + host + "."
                            : "Give " + host + " an address record of a web server that serves the policy.", fetched);
            case ADDRESS_NOT_PUBLIC -> Finding.fail(Check.STS_POLICY_FETCH, host
                    + " leads to an address that is not public.", "Senders need a public address at " + host + ".",
                    fetched);
            case NO_CONNECTION -> Finding.fail(Check.STS_POLICY_FETCH, "No connection to " + host + ": "
                    + failed.detail() + ".", "Make port 443 of " + host + " reachable, with a web server that does TLS.", fetched);
            case CERTIFICATE_NAME -> Finding.fail(Check.STS_POLICY_FETCH, "The certificate of " + host
                    + " does not cover that name"
                    + failed.chain().map(chain -> ", but " + names(chain.leaf())).orElse("") + ".",
                    "Get a certificate for " + host + ".", fetched);
            case CERTIFICATE_EXPIRED -> Finding.fail(Check.STS_POLICY_FETCH, "The certificate of " + host
                    + " is not valid today.", "Renew the certificate of " + host + ".", fetched);
            case CERTIFICATE_NOT_TRUSTED -> Finding.fail(Check.STS_POLICY_FETCH, "The certificate of " + host + " "
                    + failed.chain().map(Chain::trust).filter(trust -> trust != Trust.TRUSTED).map(Trust::words)
                    .orElse("does not lead to a trusted root") + ".",
                    "Install the whole chain of a public certificate authority for " + host + ".", fetched);
            case TLS -> Finding.fail(Check.STS_POLICY_FETCH, "TLS with " + host + " failed: " + failed.detail() + ".",
                    "Offer TLS 1.2 or newer at " + url + ".", fetched);
        };
    }

    private Finding syntax() {
        if (!(subject.seen().policy() instanceof Answered answered) || answered.status() != 200) {
            return Finding.unknown(Check.STS_POLICY_SYNTAX, "There is no policy file to read.", "", fetched);
        }
        String fix = subject.intended().isPresent() ? "Put the policy file at " + url + " exactly as shown."
                : "Correct the policy file at " + url + ".";
        return switch (StsPolicy.parse(answered.body())) {
            case Parsed.Invalid<StsPolicy> invalid -> Finding.fail(Check.STS_POLICY_SYNTAX, invalid.reason(), fix,
                    fetched);
            case Parsed.Valid<StsPolicy>(var policy, var notes) -> notes.isEmpty()
                    ? Finding.pass(Check.STS_POLICY_SYNTAX, "The policy can be read: mode " + policy.mode().wire()
                    + ", max_age " + policy.maxAgeSeconds() + ".", fetched)
                    : Finding.warn(Check.STS_POLICY_SYNTAX, Subject.sentence(notes), fix, fetched);
        };
    }

    private Finding certificate() {
        Optional<Chain> chain = subject.policyHostChain();
        if (chain.isEmpty()) {
            return Finding.unknown(Check.POLICY_HOST_CERTIFICATE, "No certificate of " + host + " was seen.", "",
                    fetched);
        }
        var leaf = chain.get().leaf();
        var evidence = List.of(new Evidence("Certificate of " + host, chain.get().text(), subject.seen().at()));
        long days = leaf.daysLeft(subject.seen().at());
        String until = leaf.notAfter().toString();
        String fix = hosted ? "Look at the TLS edge before Postern's policy host: it renews the certificate of " + host + "."
                : "Renew the certificate of " + host + ".";
        if (!leaf.validAt(subject.seen().at())) {
            return Finding.fail(Check.POLICY_HOST_CERTIFICATE, "The certificate of " + host + (days < 0
                    ? " expired on " + until : " is not valid before " + leaf.notBefore()) + ".", fix, evidence);
        }
        if (days <= FAIL_DAYS) {
            return Finding.fail(Check.POLICY_HOST_CERTIFICATE, "The certificate of " + host + " expires in " + days
                    + " days, on " + until + ".", fix, evidence);
        }
        return days <= WARN_DAYS
                ? Finding.warn(Check.POLICY_HOST_CERTIFICATE, "The certificate of " + host + " expires in " + days
                + " days, on " + until + ".", fix, evidence)
                : Finding.pass(Check.POLICY_HOST_CERTIFICATE, "The certificate of " + host + " has " + days
                + " days left.", evidence);
    }

    private static String names(Certificate leaf) {
        return leaf.dnsNames().isEmpty() ? "no name at all" : Quoted.of(String.join(", ", leaf.dnsNames()));
    }
}
