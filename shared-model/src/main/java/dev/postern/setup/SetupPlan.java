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

/// What a domain's owner publishes, in the safe order.
///
/// @param records the DNS records in the order to publish them
/// @param file    the policy file; empty until a policy is published in Postern
public record SetupPlan(List<RecordToPublish> records, Optional<PolicyFile> file) {

    /// @param policy       the newest policy, if there is one
    /// @param policyServed whether a probe has seen that policy served: only then may its id go out (RFC 8461 §8.1)
    public static SetupPlan of(MailDomain domain, Optional<PublishedPolicy> policy, boolean policyServed,
                               Installation installation) {
        DomainName name = domain.name();
        var records = new ArrayList<RecordToPublish>();
        records.add(new RecordToPublish(Check.DOMAIN_OWNERSHIP, installation.ownershipName(name), "TXT",
                installation.ownershipValue(domain),
                "Proves that the domain is yours. May go once ownership is proven.", true));
        records.add(new RecordToPublish(Check.TLSRPT_RECORD, name.child("_smtp._tls"), "TXT",
                new TlsRptRecord(reportAddresses(domain, installation)).render(),
                "Tells senders where to report what failed. Safe to publish at any time.", true));
        if (domain.hosting() == PolicyHosting.POSTERN) {
            records.add(new RecordToPublish(Check.POLICY_HOST_ADDRESS, policyHost(name), "CNAME",
                    installation.policyHostTarget(domain),
                    "Leads senders to Postern's policy host. Safe before a policy is published.", true));
        }
        policy.ifPresent(published -> records.add(new RecordToPublish(Check.STS_RECORD_SYNTAX, name.child("_mta-sts"),
                "TXT", new StsRecord(published.id(), Map.of()).render(),
                policyServed ? "Announces the policy. Change it each time the policy changes."
                        : "Announces the policy. Publish it only when the policy is seen served: the id never goes first.",
                policyServed)));
        return new SetupPlan(List.copyOf(records),
                policy.map(published -> new PolicyFile(policyUrl(name), published.policy().render())));
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
