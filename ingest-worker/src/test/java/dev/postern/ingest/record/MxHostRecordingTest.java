package dev.postern.ingest.record;

import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.now;
import static dev.postern.ingest.Installation.rejected;
import static dev.postern.ingest.Installation.reports;
import static dev.postern.ingest.Samples.policy;
import static dev.postern.ingest.Samples.report;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.report.FigureStore.Range;
import dev.postern.db.report.PolicyTypeFigures;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.StoredReport;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.ingest.Installation;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.name.DomainName;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ReportLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Reports about MX hosts, from the log to the figures.
class MxHostRecordingTest {

    private static final LocalDate FROM = LocalDate.of(2016, 1, 1);
    private static final LocalDate TO = LocalDate.of(2100, 1, 1);

    private static ReportLog log;
    private static Recorder recorder;

    private final RegisteredMxHost host = mxHost(true);
    private final String name = host.name().ascii();
    private final MailDomain domain = domain(name);

    @BeforeAll
    static void start() {
        log = new ReportLog(Installation.kafka());
        recorder = new Recorder(database(), log, new Unwrapper(UnwrapLimits.DEFAULT),
                new ReportLimits(1_000_000, 100, 100, 16_384, 32, 1_000_000_000_000L), new DkimCheck(
                List.of(new InetSocketAddress("127.0.0.1", 1)), Duration.ofMillis(100)),
                java.time.Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    @Test
    void countsForTheHostWhatCameToItsAddress() {
        send(host, report("r1", policy("tlsa", name, 7, 3)));
        send(host, report("r2", policy("tlsa", "_25._tcp." + name, 10, 0)));

        assertThat(of(host)).extracting(StoredReport::policyDomain).containsExactly(name, name);
        assertThat(figures(host)).singleElement().satisfies(tlsa -> {
            assertThat(tlsa.type()).isEqualTo(PolicyType.TLSA);
            assertThat(tlsa.reports()).isEqualTo(2);
            assertThat(tlsa.successful()).isEqualTo(17);
            assertThat(tlsa.failed()).isEqualTo(3);
            assertThat(tlsa.results()).singleElement().satisfies(row -> assertThat(row.failed()).isEqualTo(3));
            assertThat(tlsa.organizations()).singleElement().satisfies(row -> assertThat(row.reports()).isEqualTo(2));
        });
        assertThat(reports(domain)).isEmpty();
        List<TimelineEntry> told = database().inTenant(Installation.tenant(), session -> session.timeline()
                .page(TimelineStore.Filter.of(host.id()), Optional.empty(), 10));
        assertThat(told).hasSize(2).allSatisfy(entry -> assertThat(entry.event())
                .isInstanceOfSatisfying(TimelineEvent.ReportReceived.class,
                        event -> assertThat(event.domain()).isEqualTo(name)));
    }

    @Test
    void whatIsAboutAServedDomainIsMisdirectedAtTheHost() {
        send(host, report("r1", policy("sts", domain.name().ascii(), 7, 3)));
        send(host, report("r2", policy("no-policy-found", domain.name().ascii(), 7, 0)));

        assertThat(of(host)).isEmpty();
        assertThat(reports(domain)).isEmpty();
        var kept = database().inTenant(Installation.tenant(), session -> session.rejectedReports()
                .list(Optional.of(host.id()), 10));
        assertThat(kept).hasSize(2).allSatisfy(each -> assertThat(each.code()).isEqualTo("misdirected"));
    }

    @Test
    void oneReportWithBothIsCountedUnderEachAndAddedNowhere() {
        String both = report("r1", policy("sts", domain.name().ascii(), 90, 10) + "," + policy("tlsa", name, 90, 10));
        send(domain, both);
        send(domain, both);

        assertThat(figures(domain)).singleElement().satisfies(sts -> {
            assertThat(sts.type()).isEqualTo(PolicyType.STS);
            assertThat(sts.successful()).isEqualTo(90);
            assertThat(sts.failed()).isEqualTo(10);
        });
        assertThat(figures(host)).singleElement().satisfies(tlsa -> {
            assertThat(tlsa.type()).isEqualTo(PolicyType.TLSA);
            assertThat(tlsa.successful()).isEqualTo(90);
            assertThat(tlsa.failed()).isEqualTo(10);
            assertThat(tlsa.reports()).as("sent twice, counted once").isEqualTo(1);
        });
        assertThat(reports(domain)).singleElement()
                .satisfies(stored -> assertThat(stored.successful() + stored.failed()).isEqualTo(100));
        assertThat(of(host)).singleElement().satisfies(stored -> {
            assertThat(stored.successful() + stored.failed()).isEqualTo(100);
            assertThat(stored.notes()).anySatisfy(note -> assertThat(note).contains(domain.name().ascii()));
        });
        assertThat(rejected(domain)).isEmpty();
    }

    @Test
    void severalTypesAtOneHostStayApart() {
        send(host, report("r1", policy("tlsa", name, 60, 40) + "," + policy("no-policy-found", name, 50, 5)));

        assertThat(figures(host)).extracting(PolicyTypeFigures::type)
                .containsExactly(PolicyType.TLSA, PolicyType.NO_POLICY_FOUND);
        assertThat(figures(host)).extracting(PolicyTypeFigures::failed).containsExactly(40L, 5L);
        assertThat(figures(host)).allSatisfy(each -> assertThat(each.results()).singleElement()
                .satisfies(row -> assertThat(row.failed()).isEqualTo(each.failed())));
        assertThat(of(host)).singleElement().satisfies(stored ->
                assertThat(stored.successful() + stored.failed()).as("the widest type").isEqualTo(100));
        var total = database().inTenant(Installation.tenant(), session -> session.policyTypeFigures().totals(FROM, TO))
                .get(host.id());
        assertThat(total.reports()).as("one report, of two types").isEqualTo(1);
    }

    @Test
    void figuresOverAllDomainsLeaveHostsOut() {
        long before = sessionsOfAll();
        send(host, report("r1", policy("tlsa", name, 600, 400)));
        assertThat(sessionsOfAll()).isEqualTo(before);
        var ofHost = database().inTenant(Installation.tenant(), session -> session.figures()
                .days(new Range(Optional.of(host.id()), FROM, TO)));
        assertThat(ofHost).singleElement().satisfies(day -> assertThat(day.failed()).isEqualTo(400));
        send(domain, report("r2", policy("sts", domain.name().ascii(), 600, 400)));
        assertThat(sessionsOfAll()).isEqualTo(before + 1_000);
    }

    @Test
    void withoutAProvenHostTheDomainCountsAsBefore() {
        RegisteredMxHost unproven = mxHost(false);
        MailDomain served = domain(unproven.name().ascii());
        send(served, report("r1", policy("tlsa", unproven.name().ascii(), 7, 3)));
        organisation(report("r2", policy("tlsa", unproven.name().ascii(), 5, 0)));

        assertThat(reports(served)).extracting(StoredReport::reportId).containsExactlyInAnyOrder("r1", "r2");
        verify(unproven);
        assertThat(of(unproven)).isEmpty();
    }

    @Test
    void findsAnotherHostOfTheOrganisationFromAHostsAddress() {
        RegisteredMxHost other = mxHost(true);
        send(host, report("r1", policy("tlsa", other.name().ascii(), 7, 3)));

        assertThat(of(host)).isEmpty();
        assertThat(of(other)).hasSize(1);
    }

    @Test
    void findsTheHostOfWhatCameToTheOrganisation() {
        organisation(report("r1", policy("sts", domain.name().ascii(), 90, 10) + "," + policy("tlsa", name, 80, 20)));

        assertThat(figures(domain)).extracting(PolicyTypeFigures::type).containsExactly(PolicyType.STS);
        assertThat(figures(host)).extracting(PolicyTypeFigures::type).containsExactly(PolicyType.TLSA);
    }

    @Test
    void whatIsRemovedIsKnownToNobody() {
        database().useTenant(Installation.tenant(), session -> session.domains().remove(host.id()));
        send(host, report("r1", policy("tlsa", name, 7, 3)));
        send(domain, report("r2", policy("tlsa", name, 7, 3)));

        assertThat(of(host)).isEmpty();
        assertThat(reports(domain)).as("as before it was registered").hasSize(1);
    }

    private static long sessionsOfAll() {
        return database().inTenant(Installation.tenant(), session -> session.figures()
                        .days(new Range(Optional.empty(), FROM, TO))).stream()
                .mapToLong(day -> day.successful() + day.failed()).sum();
    }

    private static void send(PolicyDomain to, String json) {
        recorder.record(List.of(new ReceivedReport(to.reportToken(), receipt(), json.getBytes(UTF_8))));
    }

    private static void organisation(String json) {
        recorder.record(List.of(new ReceivedReport(new Destination.Organisation(Installation.tenant()), receipt(),
                json.getBytes(UTF_8), Optional.empty())));
    }

    private static Receipt receipt() {
        return new Receipt(UUID.randomUUID(), "https", "192.0.2.9", now(), "application/tlsrpt+json");
    }

    private static List<StoredReport> of(RegisteredMxHost host) {
        return database().inTenant(Installation.tenant(), session -> session.reports().page(Optional.of(host.id()),
                Optional.empty(), 100));
    }

    private static List<PolicyTypeFigures> figures(PolicyDomain of) {
        return database().inTenant(Installation.tenant(), session -> session.policyTypeFigures().of(of.id(), FROM, TO));
    }

    private static RegisteredMxHost mxHost(boolean proven) {
        var host = new RegisteredMxHost(UUID.randomUUID(), new DomainName("mx" + UUID.randomUUID() + ".test"),
                UUID.randomUUID().toString(), Installation.newToken(), Optional.empty(), Optional.empty(), now(),
                Optional.empty());
        database().useTenant(Installation.tenant(), session -> assertThat(session.mxHosts().add(host)).isTrue());
        if (proven) {
            verify(host);
        }
        return host;
    }

    private static void verify(RegisteredMxHost host) {
        database().useTenant(Installation.tenant(), session -> assertThat(session.domains()
                .markVerified(host.id(), OwnershipProof.REPORT_ADDRESS, now())).isTrue());
    }
}
