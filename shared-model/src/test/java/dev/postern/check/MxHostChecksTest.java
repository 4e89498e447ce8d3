package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.ReportDestination;
import dev.postern.observation.Vantage;
import dev.postern.rollout.Phase;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.MxHostPlan;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.RecordToPublish;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.tlsrpt.TlsRptRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What is judged of a registered MX host, and what its owner is told to publish.
class MxHostChecksTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Installation INSTALLATION = new Installation("postern.test");
    private static final RegisteredMxHost HOST = new RegisteredMxHost(new UUID(0, 1),
            new DomainName("mx1.example.test"), "token", "reports", Optional.empty(), Optional.empty(), NOW,
            Optional.empty());
    private static final DnsAnswer ABSENT = new DnsAnswer.Absent("NXDOMAIN");
    private static final Vantage HERE = new Vantage("here", "");

    @Test
    void judgesOwnershipAndTheTlsrptRecordAndNothingElse() {
        assertThat(judge(ABSENT, ABSENT)).extracting(Finding::check).containsExactlyInAnyOrder(
                Check.DOMAIN_OWNERSHIP, Check.TLSRPT_RECORD, Check.TLSRPT_DESTINATIONS);
        assertThat(judge(ABSENT, ABSENT)).extracting(Finding::verdict)
                .containsExactly(Verdict.FAIL, Verdict.FAIL, Verdict.UNKNOWN);
    }

    @Test
    void itsReportAddressAloneProvesIt() {
        var seen = look(HERE, ABSENT, published());

        assertThat(DomainChecks.ownershipProof(HOST, INSTALLATION, seen)).contains(OwnershipProof.REPORT_ADDRESS);
        assertThat(judge(ABSENT, published())).filteredOn(each -> each.check() != Check.TLSRPT_DESTINATIONS)
                .extracting(Finding::verdict).containsOnly(Verdict.PASS);
        var others = new DnsAnswer.Found(List.of("v=TLSRPTv1; rua=mailto:someone@postern.test"), 60);
        assertThat(DomainChecks.ownershipProof(HOST, INSTALLATION, look(HERE, ABSENT, others))).isEmpty();
        assertThat(DomainChecks.ownershipProof(HOST, INSTALLATION, look(HERE,
                new DnsAnswer.Found(List.of("postern-verification=token"), 60), others)))
                .contains(OwnershipProof.TXT_RECORD);
    }

    @Test
    void whatOneVantagePointMissesCounts() {
        var there = look(new Vantage("there", "Far away"), ABSENT, ABSENT);
        var findings = DomainChecks.judge(HOST, INSTALLATION, List.of(look(HERE, ABSENT, published()), there));

        assertThat(findings).filteredOn(each -> each.check() == Check.TLSRPT_RECORD).singleElement()
                .satisfies(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
                    assertThat(finding.message()).startsWith("Seen from there (Far away)");
                });
    }

    @Test
    void warnsWhereReportsGoBehindTheHostItself() {
        var destination = new ReportDestination("mailto:a@mx1.example.test", ReportDestination.Outcome.ANSWERS,
                List.of("mx1.example.test"), "it answers");
        var findings = DomainChecks.judge(HOST, INSTALLATION, List.of(new PublishedRecords(NOW, HERE, ABSENT, published(),
                List.of(destination))));

        assertThat(findings).filteredOn(each -> each.check() == Check.TLSRPT_DESTINATIONS)
                .extracting(Finding::verdict).containsExactly(Verdict.WARN);
    }

    @Test
    void aNameThatIsAMailDomainTooHasOneRecordForBoth() {
        var domain = new MailDomain(UUID.randomUUID(), HOST.name(), Phase.TESTING, NOW, PolicyHosting.POSTERN, "other",
                "domain", Optional.of("mailto:own@example.test"), Optional.empty(), Optional.empty(), NOW, List.of(),
                Optional.empty(), Set.of());

        RecordToPublish record = MxHostPlan.records(HOST, Optional.of(domain), INSTALLATION).getFirst();

        var both = TlsRptRecord.parse(List.of(record.value())).orThrow();
        assertThat(INSTALLATION.reportsArrive(HOST, both)).isTrue();
        assertThat(INSTALLATION.reportsArrive(domain, both)).isTrue();
        assertThat(record.value()).contains("mailto:own@example.test");
        assertThat(record.name()).isEqualTo("_smtp._tls.mx1.example.test");
        assertThat(record.why()).contains("in place of the one there");
    }

    private static DnsAnswer published() {
        return new DnsAnswer.Found(List.of(MxHostPlan.records(HOST, Optional.empty(), INSTALLATION).getFirst().value()),
                60);
    }

    private static List<Finding> judge(DnsAnswer ownership, DnsAnswer tlsRpt) {
        return DomainChecks.judge(HOST, INSTALLATION, List.of(look(HERE, ownership, tlsRpt)));
    }

    private static PublishedRecords look(Vantage vantage, DnsAnswer ownership, DnsAnswer tlsRpt) {
        return new PublishedRecords(NOW, vantage, ownership, tlsRpt, List.of());
    }
}
