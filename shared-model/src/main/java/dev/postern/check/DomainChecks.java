package dev.postern.check;

import dev.postern.check.PolicyFetch.Answered;
import dev.postern.check.PolicyFetch.Failed;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.SetupPlan;
import dev.postern.tlsrpt.TlsRptRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Judges what a probe of one domain saw, against what Postern holds for it.
public final class DomainChecks {

    private final MailDomain domain;
    private final Optional<PublishedPolicy> intended;
    private final Installation installation;
    private final Observation seen;
    private final DomainName name;

    private DomainChecks(MailDomain domain, Optional<PublishedPolicy> intended, Installation installation,
                         Observation seen) {
        this.domain = domain;
        this.intended = intended;
        this.installation = installation;
        this.seen = seen;
        this.name = domain.name();
    }

    /// One finding for each check of the catalogue, in its order.
    ///
    /// @param intended the newest policy published in Postern, if there is one
    public static List<Finding> judge(MailDomain domain, Optional<PublishedPolicy> intended, Installation installation,
                                      Observation seen) {
        var checks = new DomainChecks(domain, intended, installation, seen);
        return List.of(checks.ownership(), checks.mxRecords(), checks.tlsRptRecord(), checks.policyHostAddress(),
                checks.policyFetch(), checks.policyBody(), checks.stsRecord(), checks.coverage());
    }

    /// The proof of ownership in what was seen, if there is one; TXT before CNAME before report address.
    public static Optional<OwnershipProof> ownershipProof(MailDomain domain, Installation installation,
                                                          Observation seen) {
        if (values(seen.ownershipRecord()).contains(installation.ownershipValue(domain))) {
            return Optional.of(OwnershipProof.TXT_RECORD);
        }
        if (values(seen.policyHostCname()).contains(lower(installation.policyHostTarget(domain)))) {
            return Optional.of(OwnershipProof.POLICY_DELEGATION);
        }
        boolean names = TlsRptRecord.parse(values(seen.tlsRptRecord())).asOptional().stream()
                .flatMap(record -> record.rua().stream())
                .anyMatch(uri -> uri.uri().equalsIgnoreCase(installation.reportMailto(domain))
                        || uri.uri().equalsIgnoreCase(installation.reportHttps(domain)));
        return names ? Optional.of(OwnershipProof.REPORT_ADDRESS) : Optional.empty();
    }

    private Finding ownership() {
        String where = installation.ownershipName(name);
        var evidence = evidence("TXT " + where, seen.ownershipRecord());
        if (domain.verified()) {
            return new Finding(Check.DOMAIN_OWNERSHIP, Verdict.PASS, "Ownership of " + name.unicode()
                    + " was proven by " + domain.verifiedBy().map(OwnershipProof::words).orElse("an earlier check")
                    + ".", "", evidence);
        }
        Optional<OwnershipProof> proof = ownershipProof(domain, installation, seen);
        if (proof.isPresent()) {
            return new Finding(Check.DOMAIN_OWNERSHIP, Verdict.PASS,
                    "Ownership of " + name.unicode() + " is proven by " + proof.get().words() + ".", "", evidence);
        }
        String fix = "Publish TXT " + where + " with the value " + installation.ownershipValue(domain) + ".";
        return switch (seen.ownershipRecord()) {
            case DnsAnswer.Unknown(var why) -> unknown(Check.DOMAIN_OWNERSHIP, "DNS for " + where
                    + " gave no usable answer: " + why + ".", evidence);
            case DnsAnswer.Absent _ -> fail(Check.DOMAIN_OWNERSHIP, "There is no record at " + where + " yet.", fix,
                    evidence);
            case DnsAnswer.Found _ -> fail(Check.DOMAIN_OWNERSHIP, where + " holds another value than the challenge.",
                    fix, evidence);
        };
    }

    private Finding mxRecords() {
        var evidence = evidence("MX " + name.ascii(), seen.mx());
        return switch (seen.mx()) {
            case DnsAnswer.Unknown(var why) -> unknown(Check.MX_RECORDS, "DNS gave no usable answer for the MX of "
                    + name.ascii() + ": " + why + ".", evidence);
            case DnsAnswer.Absent _ -> fail(Check.MX_RECORDS, name.ascii() + " has no MX record.",
                    "Publish the MX records of " + name.ascii() + " before its MTA-STS policy.", evidence);
            case DnsAnswer.Found(var hosts, var _) when hosts.equals(List.of(".")) || hosts.equals(List.of("")) ->
                    new Finding(Check.MX_RECORDS, Verdict.WARN, name.ascii()
                            + " says that it takes no mail (null MX, RFC 7505).",
                            "A domain that takes no mail needs no MTA-STS policy.", evidence);
            case DnsAnswer.Found(var hosts, var _) -> pass(Check.MX_RECORDS, (hosts.size() == 1 ? "One MX: "
                    : hosts.size() + " MXs: ") + String.join(", ", hosts) + ".", evidence);
        };
    }

    private Finding tlsRptRecord() {
        String where = name.child("_smtp._tls");
        var evidence = evidence("TXT " + where, seen.tlsRptRecord());
        String fix = "Publish TXT " + where + " as shown, and no second one.";
        if (seen.tlsRptRecord() instanceof DnsAnswer.Unknown(var why)) {
            return unknown(Check.TLSRPT_RECORD, "DNS for " + where + " gave no usable answer: " + why + ".", evidence);
        }
        if (seen.tlsRptRecord() instanceof DnsAnswer.Absent) {
            return fail(Check.TLSRPT_RECORD, "There is no record at " + where + " yet.", fix, evidence);
        }
        return switch (TlsRptRecord.parse(values(seen.tlsRptRecord()))) {
            case Parsed.Invalid<TlsRptRecord> invalid -> fail(Check.TLSRPT_RECORD, invalid.reason(), fix, evidence);
            case Parsed.Valid<TlsRptRecord>(var record, var notes) -> {
                boolean ours = record.rua().stream().anyMatch(uri ->
                        uri.uri().equalsIgnoreCase(installation.reportMailto(domain))
                                || uri.uri().equalsIgnoreCase(installation.reportHttps(domain)));
                if (!ours) {
                    yield fail(Check.TLSRPT_RECORD, where + " sends reports elsewhere, not to Postern.",
                            "Add Postern's report addresses to the rua of " + where + ".", evidence);
                }
                yield notes.isEmpty()
                        ? pass(Check.TLSRPT_RECORD, "Senders are told to report to Postern.", evidence)
                        : new Finding(Check.TLSRPT_RECORD, Verdict.WARN, sentence(notes), fix, evidence);
            }
        };
    }

    private Finding policyHostAddress() {
        String where = SetupPlan.policyHost(name);
        var evidence = evidence("CNAME " + where, seen.policyHostCname());
        if (domain.hosting() == PolicyHosting.CUSTOMER) {
            return ownPolicyHost(where, evidence);
        }
        String target = installation.policyHostTarget(domain);
        String fix = "Publish CNAME " + where + " to " + target + ".";
        return switch (seen.policyHostCname()) {
            case DnsAnswer.Unknown(var why) -> unknown(Check.POLICY_HOST_ADDRESS, "DNS for " + where
                    + " gave no usable answer: " + why + ".", evidence);
            case DnsAnswer.Absent _ -> fail(Check.POLICY_HOST_ADDRESS,
                    where + " does not lead to Postern's policy host yet.", fix, evidence);
            case DnsAnswer.Found(var values, var _) when values.contains(lower(target)) ->
                    pass(Check.POLICY_HOST_ADDRESS, where + " leads to Postern's policy host.", evidence);
            case DnsAnswer.Found(var values, var _) -> fail(Check.POLICY_HOST_ADDRESS,
                    where + " leads to " + String.join(", ", values) + ", not to Postern's policy host.", fix,
                    evidence);
        };
    }

    private Finding ownPolicyHost(String where, List<Evidence> evidence) {
        return switch (seen.policy()) {
            case Failed(var fault, var detail) when fault == PolicyFetch.Fault.NO_ADDRESS ->
                    fail(Check.POLICY_HOST_ADDRESS, where + " has no address: " + detail + ".",
                            "Give " + where + " an address record of your web server.", evidence);
            case Failed(var fault, var detail) when fault == PolicyFetch.Fault.ADDRESS_NOT_PUBLIC ->
                    fail(Check.POLICY_HOST_ADDRESS, where + " leads to an address that is not public: " + detail
                            + ".", "Senders need a public address at " + where + ".", evidence);
            case Failed(var fault, var detail) when fault == PolicyFetch.Fault.DNS_UNKNOWN ->
                    unknown(Check.POLICY_HOST_ADDRESS, "DNS for " + where + " gave no usable answer: " + detail + ".",
                            evidence);
            default -> pass(Check.POLICY_HOST_ADDRESS, where + " has an address.", evidence);
        };
    }

    private Finding policyFetch() {
        String url = SetupPlan.policyUrl(name);
        var evidence = List.of(new Evidence("GET " + url, text(seen.policy()), seen.at()));
        if (intended.isEmpty() && !(seen.policy() instanceof Answered(int status, var _, var _) && status == 200)) {
            return fail(Check.STS_POLICY_FETCH, "No policy has been published yet.",
                    "Choose the MXs and publish the policy in testing.", evidence);
        }
        return switch (seen.policy()) {
            case Failed failed -> fetchFailed(failed, url, evidence);
            case Answered(int status, var _, var _) when status >= 300 && status < 400 ->
                    fail(Check.STS_POLICY_FETCH, url + " redirects; senders follow no redirect (RFC 8461 §3.3).",
                            "Serve the policy itself at " + url + ".", evidence);
            case Answered(int status, var _, var _) when status >= 500 || status == 429 ->
                    fail(Check.STS_POLICY_FETCH, url + " answers with status " + status + ".",
                            "Look at the web server of " + SetupPlan.policyHost(name) + ".", evidence);
            case Answered(int status, var _, var _) when status != 200 ->
                    fail(Check.STS_POLICY_FETCH, url + " answers with status " + status + ", not 200.",
                            "Serve the policy file at exactly this path.", evidence);
            case Answered(var _, var contentType, var body) -> servedPolicy(contentType, body, url, evidence);
        };
    }

    private Finding servedPolicy(Optional<String> contentType, byte[] body, String url, List<Evidence> evidence) {
        return switch (StsPolicy.parse(body)) {
            case Parsed.Invalid<StsPolicy> invalid -> fail(Check.STS_POLICY_FETCH, invalid.reason(),
                    "Put the policy file at " + url + " exactly as shown.", evidence);
            case Parsed.Valid<StsPolicy>(var _, var notes) -> {
                String media = contentType.map(type -> lower(type.split(";", 2)[0].strip())).orElse("");
                if (!media.equals("text/plain")) {
                    yield fail(Check.STS_POLICY_FETCH, "The policy is served as "
                                    + (media.isEmpty() ? "no media type" : media)
                                    + "; some senders refuse anything but text/plain (RFC 8461 §3.2).",
                            "Serve it with Content-Type: text/plain.", evidence);
                }
                yield notes.isEmpty()
                        ? pass(Check.STS_POLICY_FETCH, "The policy is served over HTTPS and valid.", evidence)
                        : new Finding(Check.STS_POLICY_FETCH, Verdict.WARN, sentence(notes),
                        "Put the policy file at " + url + " exactly as shown.", evidence);
            }
        };
    }

    private Finding fetchFailed(Failed failed, String url, List<Evidence> evidence) {
        String host = SetupPlan.policyHost(name);
        return switch (failed.fault()) {
            case DNS_UNKNOWN -> unknown(Check.STS_POLICY_FETCH, "DNS for " + host + " gave no usable answer: "
                    + failed.detail() + ".", evidence);
            case TIMEOUT -> unknown(Check.STS_POLICY_FETCH, host + " did not answer in time.", evidence);
            case NO_ADDRESS -> fail(Check.STS_POLICY_FETCH, host + " has no address.",
                    domain.hosting() == PolicyHosting.POSTERN ? "Publish the CNAME of " + host + "."
                            : "Give " + host + " an address record of your web server.", evidence);
            case ADDRESS_NOT_PUBLIC -> fail(Check.STS_POLICY_FETCH, host
                    + " leads to an address that is not public.", "Senders need a public address at " + host + ".",
                    evidence);
            case NO_CONNECTION -> fail(Check.STS_POLICY_FETCH, "No connection to " + host + ": " + failed.detail()
                    + ".", "Make port 443 of " + host + " reachable.", evidence);
            case CERTIFICATE_NAME -> fail(Check.STS_POLICY_FETCH, "The certificate of " + host
                    + " does not cover that name.", "Get a certificate for " + host + ".", evidence);
            case CERTIFICATE_EXPIRED -> fail(Check.STS_POLICY_FETCH, "The certificate of " + host
                    + " is not valid today.", "Renew the certificate of " + host + ".", evidence);
            case CERTIFICATE_NOT_TRUSTED -> fail(Check.STS_POLICY_FETCH, "The certificate of " + host
                    + " does not lead to a trusted root.",
                    "Install the whole chain of a public certificate authority for " + host + ".", evidence);
            case TLS -> fail(Check.STS_POLICY_FETCH, "TLS with " + host + " failed: " + failed.detail() + ".",
                    "Offer TLS 1.2 or newer at " + url + ".", evidence);
        };
    }

    private Finding policyBody() {
        String url = SetupPlan.policyUrl(name);
        var evidence = List.of(new Evidence("GET " + url, text(seen.policy()), seen.at()));
        if (intended.isEmpty()) {
            return unknown(Check.STS_POLICY_BODY, "No policy has been published in Postern to compare with.",
                    evidence);
        }
        return servedPolicy().map(served -> served.equals(intended.get().policy())
                        ? pass(Check.STS_POLICY_BODY, "What senders fetch is version " + intended.get().version()
                        + " of the policy.", evidence)
                        : fail(Check.STS_POLICY_BODY, "What senders fetch is not the policy that Postern holds.",
                        domain.hosting() == PolicyHosting.CUSTOMER ? "Replace the file at " + url
                                + " by the one shown." : "Check that " + SetupPlan.policyHost(name)
                                + " leads to Postern.", evidence))
                .orElseGet(() -> unknown(Check.STS_POLICY_BODY, "There is no valid policy to compare with.", evidence));
    }

    private Finding stsRecord() {
        String where = name.child("_mta-sts");
        var evidence = evidence("TXT " + where, seen.stsRecord());
        if (seen.stsRecord() instanceof DnsAnswer.Unknown(var why)) {
            return unknown(Check.STS_RECORD_SYNTAX, "DNS for " + where + " gave no usable answer: " + why + ".",
                    evidence);
        }
        String fix = intended.map(policy -> "Publish TXT " + where + " with id=" + policy.id()
                + " once the policy is served.").orElse("Publish the policy first, then its record.");
        if (seen.stsRecord() instanceof DnsAnswer.Absent) {
            return fail(Check.STS_RECORD_SYNTAX, "There is no record at " + where + " yet.", fix, evidence);
        }
        return switch (StsRecord.parse(values(seen.stsRecord()))) {
            case Parsed.Invalid<StsRecord> invalid -> fail(Check.STS_RECORD_SYNTAX, invalid.reason(), fix, evidence);
            case Parsed.Valid<StsRecord>(var record, var notes) -> {
                if (intended.isPresent() && !intended.get().id().equals(record.id())) {
                    yield fail(Check.STS_RECORD_SYNTAX, where + " says id=" + record.id()
                            + ", but the newest policy is id=" + intended.get().id()
                            + ": senders that hold an older policy keep it.", fix, evidence);
                }
                yield notes.isEmpty()
                        ? pass(Check.STS_RECORD_SYNTAX, where + " announces id=" + record.id() + ".", evidence)
                        : new Finding(Check.STS_RECORD_SYNTAX, Verdict.WARN, sentence(notes), fix, evidence);
            }
        };
    }

    private Finding coverage() {
        var evidence = new ArrayList<>(evidence("MX " + name.ascii(), seen.mx()));
        evidence.add(new Evidence("GET " + SetupPlan.policyUrl(name), text(seen.policy()), seen.at()));
        // What senders fetch decides; before it is served, what would be.
        Optional<StsPolicy> policy = servedPolicy().or(() -> intended.map(PublishedPolicy::policy));
        if (policy.isEmpty()) {
            return unknown(Check.POLICY_COVERS_MX, "There is no policy yet to compare the MXs with.", evidence);
        }
        if (!(seen.mx() instanceof DnsAnswer.Found)) {
            return unknown(Check.POLICY_COVERS_MX, "The MXs of " + name.ascii() + " could not be read.", evidence);
        }
        var hosts = new ArrayList<HostName>();
        for (String mx : values(seen.mx())) {
            switch (HostName.parse(mx)) {
                case Parsed.Valid<HostName>(var host, var _) -> hosts.add(host);
                case Parsed.Invalid<HostName> _ -> {
                    return new Finding(Check.POLICY_COVERS_MX, Verdict.FAIL, "The MX " + mx
                            + " is not a host name that a policy can name.", "Correct the MX records of "
                            + name.ascii() + ".", evidence);
                }
            }
        }
        var coverage = policy.get().coverage(hosts);
        if (!coverage.uncovered().isEmpty()) {
            String missing = coverage.uncovered().stream().map(HostName::ascii).collect(Collectors.joining(", "));
            return fail(Check.POLICY_COVERS_MX, "The policy does not name " + missing
                            + ": under enforce, mail through it would be refused.",
                    "Add " + missing + " to the policy, then publish the new id.", evidence);
        }
        if (!coverage.unused().isEmpty()) {
            return new Finding(Check.POLICY_COVERS_MX, Verdict.WARN, "Every MX is named, but no MX matches "
                    + coverage.unused().stream().map(Object::toString).collect(Collectors.joining(", ")) + ".",
                    "Remove what no longer receives mail from the policy.", evidence);
        }
        return pass(Check.POLICY_COVERS_MX, "The policy names every MX.", evidence);
    }

    private Optional<StsPolicy> servedPolicy() {
        return seen.policy() instanceof Answered(int status, var _, var body) && status == 200
                ? StsPolicy.parse(body).asOptional() : Optional.empty();
    }

    private List<Evidence> evidence(String asked, DnsAnswer answer) {
        return List.of(new Evidence(asked, answer.text(), seen.at()));
    }

    private static Finding pass(Check check, String message, List<Evidence> evidence) {
        return new Finding(check, Verdict.PASS, message, "", evidence);
    }

    private static Finding fail(Check check, String message, String fix, List<Evidence> evidence) {
        return new Finding(check, Verdict.FAIL, message, fix, evidence);
    }

    private static Finding unknown(Check check, String message, List<Evidence> evidence) {
        return new Finding(check, Verdict.UNKNOWN, message, "", evidence);
    }

    private static String sentence(List<Problem> notes) {
        return notes.stream().map(Problem::toString).collect(Collectors.joining(" "));
    }

    private static List<String> values(DnsAnswer answer) {
        return answer instanceof DnsAnswer.Found(var values, var _) ? values : List.of();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String text(PolicyFetch fetch) {
        return switch (fetch) {
            case Failed(var fault, var detail) -> fault + ": " + detail;
            case Answered(int status, var type, var body) -> "HTTP " + status + type.map(t -> "\n" + t).orElse("")
                    + "\n\n" + new String(body, java.nio.charset.StandardCharsets.UTF_8);
        };
    }
}
