package dev.postern.ingest.record;

import dev.postern.parse.Problem;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.TlsReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether a report is about the domain whose address it came to. It counts only if it bears that domain's name.
///
/// @param domain     in A-labels
/// @param observedMx the domain's MX hosts: a `tlsa` policy may bear an MX's name, its TLSA base domain
record Belonging(String domain, List<String> observedMx) {

    /// A report with only the policies that belong to the domain.
    ///
    /// @param notes what was left out
    record Share(TlsReport report, List<Problem> notes) {
    }

    /// The domain's share of a report; empty when it is about other domains only.
    Optional<Share> of(TlsReport report) {
        var own = report.policies().stream().filter(this::owns).toList();
        if (own.isEmpty() && !report.policies().isEmpty()) {
            return Optional.empty();
        }
        var notes = new ArrayList<Problem>();
        if (own.size() < report.policies().size()) {
            notes.add(new Problem("other-domain-left-out", "The report also tells of "
                    + domains(report) + "; only what is about " + domain + " is counted.", ""));
        }
        return Optional.of(new Share(new TlsReport(report.organizationName(), report.contactInfo(), report.reportId(),
                report.start(), report.end(), own), notes));
    }

    /// The domains that a report bears, shortened to a few.
    static String domains(TlsReport report) {
        return report.policies().stream().flatMap(policy -> policy.policyDomain().stream()).distinct().limit(5)
                .collect(Collectors.joining(", "));
    }

    private boolean owns(PolicyReport policy) {
        return policy.policyDomain().map(name -> name.equals(domain)
                || policy.type() == PolicyType.TLSA && observedMx.stream().anyMatch(mx -> mx.equals(name)))
                .orElse(true);
    }
}
