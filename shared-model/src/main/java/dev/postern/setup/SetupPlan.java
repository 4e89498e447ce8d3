package dev.postern.setup;

import dev.postern.check.Check;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.TlsRptRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is published for a domain, in the safe order.
///
/// @param records the DNS records that its owner publishes, in the order to publish them
/// @param written those that Postern writes, in the order in which it does
/// @param file    the policy file; empty until a policy is published in Postern
public record SetupPlan(List<RecordToPublish> records, List<RecordToPublish> written, Optional<PolicyFile> file) {

    /// @param policy       the newest policy, if there is one
    /// @param policyServed whether a probe has seen that policy served: only then may its id go out (RFC 8461 §8.1)
    public static SetupPlan of(MailDomain domain, Optional<PublishedPolicy> policy, boolean policyServed,
                               Installation installation, RecordWriting writing) {
        var file = policy.map(published -> new PolicyFile(policyUrl(domain.name()), published.policy().render()));
        var records = records(domain, policy, policyServed, installation);
        return switch (writing) {
            case RecordWriting.ByHand _ -> new SetupPlan(records, List.of(), file);
            case RecordWriting.Connected _ -> new SetupPlan(List.of(), records, file);
            case RecordWriting.Delegated delegated -> new SetupPlan(aliases(domain, installation, delegated),
                    records.stream().flatMap(record -> inOwnZone(record, domain, delegated).stream()).toList(), file);
        };
    }

    private static List<RecordToPublish> records(MailDomain domain, Optional<PublishedPolicy> policy,
                                                 boolean policyServed, Installation installation) {
        DomainName name = domain.name();
        var records = new ArrayList<RecordToPublish>();
        records.add(new RecordToPublish(Check.DOMAIN_OWNERSHIP, installation.ownershipName(name), "TXT",
                installation.ownershipValue(domain),
                "Proves that the domain is yours. May go once ownership is proven.", true));
        records.add(new RecordToPublish(Check.TLSRPT_RECORD, name.child("_smtp._tls"), "TXT",
                new TlsRptRecord(reportAddresses(domain, installation)).render(),
                "Tells senders where to report what failed. Safe to publish at any time.", true));
        if (domain.hosting() == PolicyHosting.POSTERN) {
            records.add(policyHostAlias(domain, installation));
        }
        policy.ifPresent(published -> records.add(new RecordToPublish(Check.STS_RECORD_SYNTAX, name.child("_mta-sts"),
                "TXT", new StsRecord(published.id(), Map.of()).render(),
                policyServed ? "Announces the policy. Change it each time the policy changes."
                        : "Announces the policy. Publish it only when the policy is seen served: the id never goes first.",
                policyServed)));
        return List.copyOf(records);
    }

    private static RecordToPublish policyHostAlias(MailDomain domain, Installation installation) {
        return new RecordToPublish(Check.POLICY_HOST_ADDRESS, policyHost(domain.name()), "CNAME",
                installation.policyHostTarget(domain),
                "Leads senders to Postern's policy host. Safe before a policy is published.", true);
    }

    /// What is published once, for good: behind it Postern changes its own zone. No challenge is needed, since the
    /// report address that senders then find proves ownership.
    private static List<RecordToPublish> aliases(MailDomain domain, Installation installation,
                                                 RecordWriting.Delegated delegated) {
        var records = new ArrayList<RecordToPublish>();
        records.add(new RecordToPublish(Check.TLSRPT_RECORD, domain.name().child("_smtp._tls"), "CNAME",
                delegated.reportName(domain), "Lets Postern say where senders report. Publish it once. If you have a TLS-RPT "
                + "record there, it makes way: first enter its address as your own report address, so that it is kept.",
                true));
        if (domain.hosting() == PolicyHosting.POSTERN) {
            records.add(policyHostAlias(domain, installation));
        }
        records.add(new RecordToPublish(Check.STS_RECORD_SYNTAX, domain.name().child("_mta-sts"), "CNAME",
                delegated.stsName(domain), "Lets Postern announce each policy once it is seen served. Publish it once, at "
                + "any time: until then it leads to nothing, which is as if there were none.", true));
        return List.copyOf(records);
    }

    private static Optional<RecordToPublish> inOwnZone(RecordToPublish record, MailDomain domain,
                                                       RecordWriting.Delegated delegated) {
        return switch (record.check()) {
            case TLSRPT_RECORD -> Optional.of(at(delegated.reportName(domain), record));
            case STS_RECORD_SYNTAX -> Optional.of(at(delegated.stsName(domain), record));
            default -> Optional.empty();
        };
    }

    private static RecordToPublish at(String name, RecordToPublish record) {
        return new RecordToPublish(record.check(), name, record.type(), record.value(), record.why(), record.ready());
    }

    /// Whether nobody has to publish the record that a check is about, since Postern writes it behind whatever leads there.
    public boolean writtenByPostern(Check check) {
        return written.stream().anyMatch(record -> record.check() == check);
    }

    /// The host that serves a domain's policy (RFC 8461 §3.3).
    public static String policyHost(DomainName name) {
        return name.child("mta-sts");
    }

    public static String policyUrl(DomainName name) {
        return "https://" + policyHost(name) + "/.well-known/mta-sts.txt";
    }

    /// Where reports about a domain go: Postern, and the customer's own address if there is one.
    static List<ReportUri> reportAddresses(MailDomain domain, Installation installation) {
        var addresses = new ArrayList<ReportUri>();
        addresses.add(ReportUri.parse(installation.reportMailto(domain)).orThrow());
        addresses.add(ReportUri.parse(installation.reportHttps(domain)).orThrow());
        domain.additionalRua().ifPresent(rua -> addresses.add(ReportUri.parse(rua).orThrow()));
        return addresses;
    }
}
