package dev.postern.check;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.parse.Parsed;
import dev.postern.pki.Certificate;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.SetupPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether record and policy say what they should, and fit each other and the MXs.
final class StsRules {

    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final long WEEK = Duration.ofDays(7).toSeconds();
    /// Automatic renewal is usual when a third of a certificate's life is left.
    private static final int RENEWAL_SHARE = 3;

    private final Subject subject;
    private final String name;
    private final String where;
    private final String url;

    private StsRules(Subject subject) {
        this.subject = subject;
        this.name = subject.name().ascii();
        this.where = subject.name().child("_mta-sts");
        this.url = SetupPlan.policyUrl(subject.name());
    }

    static List<Finding> judge(Subject subject) {
        var rules = new StsRules(subject);
        var findings = new ArrayList<Finding>();
        subject.managed().ifPresent(managed -> findings.add(rules.body(managed)));
        findings.add(rules.record());
        findings.add(rules.idChange());
        findings.add(rules.maxAge());
        findings.add(rules.coverage());
        return findings;
    }

    private Finding body(Managed managed) {
        var evidence = subject.policyEvidence(url);
        if (managed.intended().isEmpty()) {
            return Finding.unknown(Check.STS_POLICY_BODY, "No policy has been published in Postern to compare with.",
                    "", evidence);
        }
        PublishedPolicy intended = managed.intended().get();
        return subject.servedPolicy().map(served -> served.equals(intended.policy())
                        ? Finding.pass(Check.STS_POLICY_BODY, "What senders fetch is version " + intended.version()
                        + " of the policy.", evidence)
                        : Finding.fail(Check.STS_POLICY_BODY, "What senders fetch is not the policy that Postern holds.",
                        managed.domain().hosting() == PolicyHosting.CUSTOMER ? "Replace the file at " + url
                                + " by the one shown." : "Check that " + SetupPlan.policyHost(subject.name())
                                + " leads to Postern.", evidence))
                .orElseGet(() -> Finding.unknown(Check.STS_POLICY_BODY, "There is no valid policy to compare with.", "",
                        evidence));
    }

    private Finding record() {
        var evidence = subject.evidence("TXT " + where, subject.seen().stsRecord());
        if (subject.seen().stsRecord() instanceof DnsAnswer.Unknown(var why)) {
            return Finding.unknown(Check.STS_RECORD_SYNTAX, Subject.noAnswer(where, why), "", evidence);
        }
        String fix = subject.intended().map(policy -> "Publish TXT " + where + " with id=" + policy.id()
                + " once the policy is served.").orElse("Publish the policy first, then TXT " + where
                + " with v=STSv1; id= and letters or digits.");
        if (subject.seen().stsRecord() instanceof DnsAnswer.Absent) {
            return Finding.fail(Check.STS_RECORD_SYNTAX, "There is no record at " + where + " yet.", fix, evidence);
        }
        return switch (StsRecord.parse(subject.seen().stsRecord().values())) {
            case Parsed.Invalid<StsRecord> invalid -> Finding.fail(Check.STS_RECORD_SYNTAX, invalid.reason(), fix,
                    evidence);
            case Parsed.Valid<StsRecord>(var record, var notes) -> {
                Optional<String> wanted = subject.intended().map(PublishedPolicy::id);
                if (wanted.filter(id -> !id.equals(record.id())).isPresent()) {
                    yield Finding.fail(Check.STS_RECORD_SYNTAX, where + " says id=" + record.id()
                            + ", but the newest policy is id=" + wanted.get()
                            + ": senders that hold an older policy keep it.", fix, evidence);
                }
                yield notes.isEmpty()
                        ? Finding.pass(Check.STS_RECORD_SYNTAX, where + " announces id=" + record.id() + ".", evidence)
                        : Finding.warn(Check.STS_RECORD_SYNTAX, Subject.sentence(notes), fix, evidence);
            }
        };
    }

    private Finding idChange() {
        var evidence = new ArrayList<>(subject.evidence("TXT " + where, subject.seen().stsRecord()));
        evidence.addAll(subject.policyEvidence(url));
        Optional<String> id = Subject.stsRecord(subject.seen()).map(StsRecord::id);
        Optional<StsPolicy> policy = subject.servedPolicy();
        if (id.isEmpty() || policy.isEmpty()) {
            return Finding.unknown(Check.STS_ID_CHANGE, "Record and policy are not both there.", "", evidence);
        }
        Optional<String> idBefore = subject.before().flatMap(Subject::stsRecord).map(StsRecord::id);
        Optional<StsPolicy> policyBefore = subject.before().flatMap(Subject::servedPolicy);
        if (idBefore.isEmpty() || policyBefore.isEmpty()) {
            return Finding.unknown(Check.STS_ID_CHANGE, "There is no earlier look to compare with.", "", evidence);
        }
        boolean sameId = id.equals(idBefore);
        boolean samePolicy = policy.equals(policyBefore);
        if (sameId && samePolicy) {
            // What was wrong stays wrong until one of the two changes.
            return subject.earlier().filter(earlier -> earlier.verdict() == Verdict.FAIL
                            || earlier.verdict() == Verdict.WARN)
                    .map(earlier -> new Finding(Check.STS_ID_CHANGE, earlier.verdict(), earlier.message(),
                            earlier.fix(), evidence))
                    .orElseGet(() -> Finding.pass(Check.STS_ID_CHANGE, "Neither the id nor the policy has changed.",
                            evidence));
        }
        if (sameId) {
            return Finding.fail(Check.STS_ID_CHANGE, "The policy changed, and the id at " + where + " is still "
                            + id.get() + ": senders that hold the old policy do not fetch the new one.",
                    "Publish TXT " + where + " with a new id.", evidence);
        }
        return samePolicy
                ? Finding.warn(Check.STS_ID_CHANGE, "The id at " + where + " changed from " + idBefore.get() + " to "
                + id.get() + ", and the policy did not: either the new policy is not served yet, or nothing was to be "
                + "announced.", "Change the policy first and the id after it; leave the id when nothing changes.", evidence)
                : Finding.pass(Check.STS_ID_CHANGE, "The policy changed, and the id with it, to " + id.get() + ".",
                evidence);
    }

    private Finding maxAge() {
        var evidence = subject.policyEvidence(url);
        Optional<StsPolicy> served = subject.servedPolicy();
        if (served.isEmpty()) {
            return Finding.unknown(Check.STS_MAX_AGE, "There is no valid policy to read max_age from.", "", evidence);
        }
        long maxAge = served.get().maxAgeSeconds();
        Mode mode = served.get().mode();
        if (mode != Mode.NONE && maxAge < DAY) {
            return Finding.warn(Check.STS_MAX_AGE, "max_age is " + maxAge + " s, less than a day: senders forget the "
                    + "policy between two mails.", "Set max_age to 86400 or more in the policy of " + name + ".", evidence);
        }
        if (mode == Mode.ENFORCE && maxAge < WEEK) {
            return Finding.warn(Check.STS_MAX_AGE, "Under enforce, max_age is " + days(maxAge)
                    + ": an attacker only has to block the policy host for that long.",
                    "Raise max_age in the policy of " + name + " to 604800 or more, in steps.", evidence);
        }
        return outlived(maxAge).map(text -> Finding.warn(Check.STS_MAX_AGE, text,
                        "Renew it now: senders that fetched the policy of " + name + " yesterday insist on a valid "
                                + "certificate for " + days(maxAge) + ".", evidence))
                .orElseGet(() -> Finding.pass(Check.STS_MAX_AGE, "Senders hold the policy for " + days(maxAge) + ".",
                        evidence));
    }

    /// A certificate whose usual time of renewal has passed, and that ends before the policy is forgotten.
    private Optional<String> outlived(long maxAge) {
        Instant now = subject.seen().at();
        Instant forgotten = now.plusSeconds(maxAge);
        var shown = new ArrayList<Named>();
        subject.policyHostChain().ifPresent(chain ->
                shown.add(new Named(SetupPlan.policyHost(subject.name()), chain.leaf())));
        subject.seen().mxHosts().forEach(host -> host.endpoints().forEach(endpoint -> endpoint.tls()
                .flatMap(tls -> tls.chain()).ifPresent(chain -> shown.add(new Named(host.host(), chain.leaf())))));
        return shown.stream().filter(each -> each.certificate().notAfter().isBefore(forgotten)
                        && each.renewalDue(now)).findFirst()
                .map(each -> "max_age is " + days(maxAge) + ", and the certificate of " + each.host() + " ends before, on "
                        + each.certificate().notAfter() + "; its usual time of renewal has passed.");
    }

    private record Named(String host, Certificate certificate) {

        boolean renewalDue(Instant now) {
            Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
            return Duration.between(now, certificate.notAfter()).compareTo(life.dividedBy(RENEWAL_SHARE)) < 0;
        }
    }

    private static String days(long seconds) {
        return seconds < 2 * DAY ? seconds + " s" : seconds / DAY + " days";
    }

    private Finding coverage() {
        var evidence = new ArrayList<>(subject.evidence("MX " + name, subject.seen().mx()));
        evidence.addAll(subject.policyEvidence(url));
        Optional<StsPolicy> policy = subject.policy();
        if (policy.isEmpty()) {
            return Finding.unknown(Check.POLICY_COVERS_MX, "There is no policy yet to compare the MXs with.", "",
                    evidence);
        }
        if (subject.nullMx()) {
            return Finding.pass(Check.POLICY_COVERS_MX, name + " takes no mail: there is no MX to cover.", evidence);
        }
        List<String> named = named();
        if (named.isEmpty()) {
            return Finding.unknown(Check.POLICY_COVERS_MX, "The MXs of " + name + " could not be read.", "", evidence);
        }
        var hosts = new ArrayList<HostName>();
        for (String mx : named) {
            switch (HostName.parse(mx)) {
                case Parsed.Valid<HostName>(var host, var _) -> hosts.add(host);
                case Parsed.Invalid<HostName> _ -> {
                    return Finding.fail(Check.POLICY_COVERS_MX, "The MX " + mx
                            + " is not a host name that a policy can name.", "Correct the MX records of " + name + ".",
                            evidence);
                }
            }
        }
        var coverage = policy.get().coverage(hosts);
        if (!coverage.uncovered().isEmpty()) {
            String missing = coverage.uncovered().stream().map(HostName::ascii).collect(Collectors.joining(", "));
            return policy.get().mode() == Mode.NONE
                    ? Finding.pass(Check.POLICY_COVERS_MX, "The policy says none, so no MX is refused.", evidence)
                    : Finding.fail(Check.POLICY_COVERS_MX, "The policy does not name " + missing
                            + ": under enforce, mail through it would be refused.",
                    "Add mx: " + missing + " to the policy, then publish a new id at " + where + ".", evidence);
        }
        if (!coverage.unused().isEmpty()) {
            return Finding.warn(Check.POLICY_COVERS_MX, "Every MX is named, but no MX matches "
                    + coverage.unused().stream().map(Object::toString).collect(Collectors.joining(", ")) + ".",
                    "Remove what no longer receives mail from the policy.", evidence);
        }
        return Finding.pass(Check.POLICY_COVERS_MX, "The policy names every MX.", evidence);
    }

    /// The MX hosts; the domain itself where that is the implicit MX.
    private List<String> named() {
        return subject.seen().mx() instanceof DnsAnswer.Absent
                && subject.seen().domainAddresses() instanceof DnsAnswer.Found ? List.of(name)
                : DomainChecks.mxHosts(subject.seen().mx());
    }
}
