package dev.postern.check;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.ReportDestination;
import dev.postern.observation.ReportDestination.Outcome;
import dev.postern.parse.Parsed;
import dev.postern.setup.Installation;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.tlsrpt.TlsRptRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Whether senders are told where to report, and whether reports can arrive there.
final class TlsRptRules {

    private static final Set<Outcome> BROKEN = Set.of(Outcome.NO_HOST, Outcome.NOT_PUBLIC, Outcome.NO_ANSWER,
            Outcome.TLS_FAILED);

    private final DomainName name;
    private final PublishedRecords seen;
    private final Optional<Predicate<TlsRptRecord>> arrives;
    private final Set<String> own;
    private final String where;
    private final List<Evidence> evidence;

    private TlsRptRules(DomainName name, PublishedRecords seen, Optional<Predicate<TlsRptRecord>> arrives,
                        Set<String> own) {
        this.name = name;
        this.seen = seen;
        this.arrives = arrives;
        this.own = own;
        this.where = name.child("_smtp._tls");
        this.evidence = Subject.evidence("TXT " + where, seen.tlsRptRecord(), seen.at());
    }

    static List<Finding> judge(Subject subject) {
        return new TlsRptRules(subject.name(), subject.seen().published(),
                subject.managed().map(managed -> arrives(managed.domain(), managed.installation())),
                Set.copyOf(DomainChecks.mxHosts(subject.seen().mx()))).findings();
    }

    static List<Finding> judge(RegisteredMxHost host, Installation installation, PublishedRecords seen) {
        return new TlsRptRules(host.name(), seen, Optional.of(arrives(host, installation)),
                Set.of(host.name().ascii())).findings();
    }

    private static Predicate<TlsRptRecord> arrives(PolicyDomain domain, Installation installation) {
        return record -> installation.reportsArrive(domain, record);
    }

    private List<Finding> findings() {
        return List.of(record(), destinations());
    }

    private Finding record() {
        String fix = arrives.isPresent() ? "Publish TXT " + where + " as shown, and no second one."
                : "Publish TXT " + where + " with v=TLSRPTv1; rua=mailto: and an address of yours.";
        if (seen.tlsRptRecord() instanceof DnsAnswer.Unknown(var why)) {
            return Finding.unknown(Check.TLSRPT_RECORD, Subject.noAnswer(where, why), "", evidence);
        }
        if (seen.tlsRptRecord() instanceof DnsAnswer.Absent) {
            return Finding.fail(Check.TLSRPT_RECORD, "There is no record at " + where + " yet.", fix, evidence);
        }
        return switch (TlsRptRecord.parse(seen.tlsRptRecord().values())) {
            case Parsed.Invalid<TlsRptRecord> invalid -> Finding.fail(Check.TLSRPT_RECORD, invalid.reason(), fix,
                    evidence);
            case Parsed.Valid<TlsRptRecord>(var record, var notes) -> elsewhere(record).orElseGet(() ->
                    notes.isEmpty() ? Finding.pass(Check.TLSRPT_RECORD, arrives.isPresent()
                            ? "Senders are told to report to Postern." : "Senders are told where to report: "
                            + record.rua().stream().map(uri -> uri.uri()).collect(Collectors.joining(", ")) + ".",
                            evidence)
                            : Finding.warn(Check.TLSRPT_RECORD, Subject.sentence(notes), fix, evidence));
        };
    }

    private Optional<Finding> elsewhere(TlsRptRecord record) {
        return arrives.filter(here -> !here.test(record))
                .map(_ -> Finding.fail(Check.TLSRPT_RECORD, where + " sends reports elsewhere, not to Postern.",
                        "Add Postern's report addresses to the rua of " + where + ".", evidence));
    }

    private Finding destinations() {
        List<ReportDestination> all = seen.destinations();
        if (all.isEmpty()) {
            return Finding.unknown(Check.TLSRPT_DESTINATIONS, "No report address is published yet.", "", evidence);
        }
        var looked = all.stream().map(each -> new Evidence(each.uri(), each.outcome() + "\n"
                + String.join(", ", each.hosts()) + "\n" + each.detail(), seen.at())).toList();
        var broken = all.stream().filter(each -> BROKEN.contains(each.outcome())).toList();
        if (!broken.isEmpty()) {
            String which = broken.stream().map(each -> each.uri() + " (" + each.detail() + ")")
                    .collect(Collectors.joining(", "));
            String fix = "Correct the address in the rua of " + where + ", or make its server answer.";
            return broken.size() == all.size()
                    ? Finding.fail(Check.TLSRPT_DESTINATIONS, "No report can arrive: " + which + ".", fix, looked)
                    : Finding.warn(Check.TLSRPT_DESTINATIONS, "Reports can't arrive at " + which + ".", fix, looked);
        }
        if (all.stream().anyMatch(each -> each.outcome() == Outcome.UNKNOWN)) {
            return Finding.unknown(Check.TLSRPT_DESTINATIONS, "Whether reports can arrive could not be told: "
                    + all.stream().filter(each -> each.outcome() == Outcome.UNKNOWN)
                    .map(each -> each.uri() + " (" + each.detail() + ")").collect(Collectors.joining(", ")) + ".", "",
                    looked);
        }
        if (all.stream().allMatch(each -> !each.hosts().isEmpty() && own.containsAll(each.hosts()))) {
            return Finding.warn(Check.TLSRPT_DESTINATIONS, "Every report address lies behind the MXs of "
                            + name.ascii() + " itself: when their TLS breaks, so may the way of the reports.",
                    "Add an https: address, or a mailto: address at another mail provider, to the rua of " + where
                            + ".", looked);
        }
        return Finding.pass(Check.TLSRPT_DESTINATIONS, all.size() == 1 ? "The report address answers."
                : "All " + all.size() + " report addresses answer.", looked);
    }
}
