package dev.postern.ingest.record;

import dev.postern.db.report.ReportAddresses;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.TlsReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The domain or MX host that a report may be about, and what of the report is. A token is public in the DNS: whoever
/// knows it could send reports about other domains, or his own domain's to somebody else.
///
/// @param addressed whether it came to the owner's own address: only then a policy without a name is the owner's
/// @param mxHosts   registered and proven MX hosts of the same organisation: what is about one of them under `tlsa` is no
///                  mail domain's (RFC 8460 §4.4)
record Addressee(ReportAddresses.Owner owner, boolean addressed, Set<String> mxHosts) {

    /// The report with the policies that bear the owner's name. A report without any policy stays as it is: it says
    /// nothing about anyone.
    Parsed<TlsReport> ownPart(TlsReport report) {
        List<PolicyReport> own = report.policies().stream().filter(this::isOwn).map(this::named).toList();
        if (own.isEmpty() && !report.policies().isEmpty()) {
            return Parsed.invalid("misdirected", "The report came to the address of " + owner.domain() + " but bears "
                    + borne(report) + ".", "RFC 8460 §4.4");
        }
        var notes = new ArrayList<Problem>();
        List<PolicyReport> others = report.policies().stream()
                .filter(policy -> !isOwn(policy) && !isOfAHost(policy)).toList();
        if (addressed && !others.isEmpty()) {
            notes.add(new Problem("other-domain-left-out", "The report also bears " + borne(with(report, others))
                    + "; that is not counted.", "RFC 8460 §4.4"));
        }
        return Parsed.valid(with(report, own), notes);
    }

    private static TlsReport with(TlsReport report, List<PolicyReport> policies) {
        return new TlsReport(report.organizationName(), report.contactInfo(), report.reportId(), report.start(),
                report.end(), policies);
    }

    private boolean isOwn(PolicyReport policy) {
        if (owner.mxHost()) {
            return isAboutTheHost(policy);
        }
        return policy.policyDomain().map(Addressee::ascii)
                .map(name -> !isOfAHost(policy)
                        && (name.equals(owner.domain()) || policy.type() == PolicyType.TLSA && isOfAnMx(name)))
                .orElse(addressed);
    }

    /// An MTA-STS policy is a mail domain's, never a host's. What no sender of DANE says comes to the host's own address
    /// only: a mail domain may have the same name.
    private boolean isAboutTheHost(PolicyReport policy) {
        boolean fits = addressed ? policy.type() != PolicyType.STS : policy.type() == PolicyType.TLSA;
        return fits && policy.policyDomain().map(Addressee::ascii).map(Addressee::tlsaBase)
                .map(owner.domain()::equals).orElse(addressed);
    }

    /// Whether it is about a registered MX host, another one than the owner.
    private boolean isOfAHost(PolicyReport policy) {
        return policy.type() == PolicyType.TLSA && policy.policyDomain().map(Addressee::ascii)
                .map(Addressee::tlsaBase).filter(base -> !(owner.mxHost() && base.equals(owner.domain())))
                .filter(mxHosts::contains).isPresent();
    }

    /// For TLSA, senders name the recipient domain, the MX host (the TLSA base domain, RFC 7672 §2.2.3), the name of
    /// the records themselves, or the domain that the MX is in.
    private boolean isOfAnMx(String name) {
        String base = tlsaBase(name);
        return owner.observedMx().stream()
                .anyMatch(mx -> mx.equals(base) || base.contains(".") && mx.endsWith("." + base));
    }

    private PolicyReport named(PolicyReport policy) {
        return policy.policyDomain().isPresent() ? policy
                : new PolicyReport(policy.type(), policy.typeAsSent(), policy.policyStrings(),
                        Optional.of(owner.domain()), policy.mxHosts(), policy.successful(), policy.failed(),
                        policy.failures());
    }

    /// The hosts that a report is about under `tlsa`, in the form that MX hosts are kept in.
    static Set<String> tlsaBases(TlsReport report) {
        return report.policies().stream().filter(policy -> policy.type() == PolicyType.TLSA)
                .flatMap(policy -> policy.policyDomain().stream()).map(Addressee::ascii).map(Addressee::tlsaBase)
                .collect(Collectors.toSet());
    }

    /// The names that a report's policies bear, each in the form that domains and MX hosts are kept in.
    static List<String> names(TlsReport report) {
        return report.policies().stream().flatMap(policy -> policy.policyDomain().stream()).map(Addressee::ascii)
                .map(Addressee::tlsaBase).distinct().toList();
    }

    /// Names of a report, for people: the first few.
    static String borne(TlsReport report) {
        List<String> names = report.policies().stream().flatMap(policy -> policy.policyDomain().stream()).distinct()
                .toList();
        String first = names.stream().limit(3).map(Quoted::of).collect(Collectors.joining(", "));
        return names.isEmpty() ? "no domain" : names.size() > 3 ? first + " and " + (names.size() - 3) + " more" : first;
    }

    private static String tlsaBase(String name) {
        return name.replaceFirst("^_[0-9]+\\._tcp\\.", "");
    }

    /// Some senders write U-labels.
    private static String ascii(String name) {
        return HostName.parse(name).asOptional().map(HostName::ascii).orElse(name);
    }
}
