package dev.postern.db.report;

import static dev.postern.db.report.Reports.NOW;
import static dev.postern.db.report.Reports.failure;
import static dev.postern.db.report.Reports.incoming;
import static dev.postern.db.report.Reports.policy;
import static dev.postern.db.report.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.account.OrganisationStore;
import dev.postern.db.account.ReportRules;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which of the reports that bear one name counts, what an organisation lets count, and what stays of a report.
class RecordingStoreTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 19);
    private static final Authenticity SIGNED = Authenticity.verified("sender.example");
    private static final Authenticity UNSIGNED =
            Authenticity.without(Authenticity.State.UNSIGNED, "there is no DKIM signature");

    private Reports reports;
    private MailDomain domain;

    @BeforeEach
    void open() throws Exception {
        reports = new Reports();
        domain = reports.domain();
    }

    @AfterEach
    void close() {
        reports.close();
    }

    private static TlsReport ofTen(long failed) {
        return report("Sender", "r1", DAY, policy(PolicyType.STS, 10 - failed, failed,
                failure(ResultType.CERTIFICATE_EXPIRED, "mx.test", OptionalLong.of(failed))));
    }

    private Recording record(TlsReport report, Authenticity authenticity, String transport) {
        return reports.record(List.of(incoming(domain, report, authenticity, transport))).getFirst();
    }

    private void rules(ReportRules rules) {
        reports.database().useTenant(reports.tenant(), session -> session.organisation().setReportRules(rules));
    }

    private FigureStore.Range range() {
        return new FigureStore.Range(Optional.of(domain.id()), DAY.minusYears(1), DAY.plusYears(1));
    }

    private List<Figures.Day> days() {
        return read(session -> session.figures().days(range()));
    }

    private <T> T read(Function<TenantSession, T> work) {
        return reports.database().inTenant(reports.tenant(), work);
    }

    private List<StoredReport> stored() {
        return read(session -> session.reports().page(Optional.of(domain.id()), Optional.empty(), 100));
    }

    @Test
    void anAuthenticReportTakesThePlaceOfAForgedOneOfItsName() {
        assertThat(record(ofTen(9), UNSIGNED, "smtp")).isEqualTo(Recording.COUNTED);
        assertThat(record(ofTen(0), SIGNED, "smtp")).isEqualTo(Recording.DISPLACING);
        assertThat(record(ofTen(9), UNSIGNED, "smtp")).isEqualTo(Recording.KNOWN);
        assertThat(record(ofTen(5), SIGNED, "smtp")).isEqualTo(Recording.CONFLICTING);

        assertThat(days()).containsExactly(new Figures.Day(DAY, 1, 10, 0));
        assertThat(stored()).filteredOn(StoredReport::counted).singleElement()
                .satisfies(counted -> assertThat(counted.failed()).isZero());
        List<Figures.ByMx> mxs = read(session -> session.figures().failuresByMx(range()));
        assertThat(mxs).allSatisfy(mx -> assertThat(mx.failed()).isZero());
    }

    @Test
    void aReportThatComesAgainWithItsSignatureIsAuthenticFromThen() {
        assertThat(record(ofTen(3), UNSIGNED, "https")).isEqualTo(Recording.COUNTED);
        assertThat(record(ofTen(3), SIGNED, "smtp")).isEqualTo(Recording.KNOWN);

        assertThat(stored()).singleElement().satisfies(report -> {
            assertThat(report.authentic()).isTrue();
            assertThat(report.authenticity()).isEqualTo(SIGNED);
        });
        rules(new ReportRules(true, 730));
        assertThat(days()).containsExactly(new Figures.Day(DAY, 1, 7, 3));
    }

    @Test
    void aKeptApartReportCountsOnceItIsKnownToBeAuthentic() {
        record(ofTen(9), UNSIGNED, "https");
        assertThat(record(ofTen(1), UNSIGNED, "https")).isEqualTo(Recording.CONFLICTING);
        assertThat(record(ofTen(1), UNSIGNED, Receipt.UPLOAD)).isEqualTo(Recording.DISPLACING);

        assertThat(days()).containsExactly(new Figures.Day(DAY, 1, 9, 1));
        UUID counted = stored().stream().filter(StoredReport::counted).findFirst().orElseThrow().key();
        List<PolicyReport> policies = read(session -> session.reports().policies(counted));
        assertThat(policies).isEqualTo(ofTen(1).policies());
    }

    @Test
    void anOrganisationMayCountAuthenticReportsOnly() {
        record(ofTen(9), UNSIGNED, "smtp");
        record(report("Other", "r2", DAY, policy(PolicyType.STS, 5, 0)), SIGNED, "smtp");
        assertThat(days()).containsExactly(new Figures.Day(DAY, 2, 6, 9));

        rules(new ReportRules(true, 730));

        assertThat(days()).containsExactly(new Figures.Day(DAY, 1, 5, 0));
        reports.database().useTenant(reports.tenant(), session -> {
            assertThat(session.figures().failuresByDay(range())).isEmpty();
            assertThat(session.figures().failuresByMx(range())).isEmpty();
            assertThat(session.figures().byOrganization(range())).extracting(Figures.ByOrganization::organizationName)
                    .containsExactly("Other");
            assertThat(session.figures().totalsByDomain(DAY, DAY).get(domain.id())).isEqualTo(new Figures.Day(DAY, 1, 5, 0));
        });
    }

    @Test
    void sessionsOfSeveralPolicyTypesAreNeverAddedUp() {
        record(report("Sender", "both", DAY, policy(PolicyType.STS, 90, 10,
                        failure(ResultType.CERTIFICATE_EXPIRED, "mx.test", OptionalLong.of(10))),
                policy(PolicyType.TLSA, 80, 12, failure(ResultType.CERTIFICATE_EXPIRED, "mx.test", OptionalLong.of(7)),
                        failure(ResultType.TLSA_INVALID, "mx.test", OptionalLong.of(5)))), SIGNED, "smtp");

        reports.database().useTenant(reports.tenant(), session -> {
            assertThat(session.figures().days(range())).containsExactly(new Figures.Day(DAY, 1, 90, 10));
            assertThat(session.figures().byPolicyType(range())).containsExactly(
                    new Figures.ByPolicyType(PolicyType.STS, 1, 90, 10), new Figures.ByPolicyType(PolicyType.TLSA, 1, 80, 12));
            assertThat(session.figures().failuresByResultType(range())).containsExactly(
                    new Figures.ByResultType(ResultType.CERTIFICATE_EXPIRED, 10),
                    new Figures.ByResultType(ResultType.TLSA_INVALID, 5));
            assertThat(session.figures().failuresByMx(range())).containsExactly(new Figures.ByMx("mx.test", 12));
        });
    }

    @Test
    void theClockIsNotResetByStrangers() {
        record(report("Forger", "f1", DAY, policy(PolicyType.STS, 0, 100,
                failure(ResultType.CERTIFICATE_EXPIRED, "mx.test", OptionalLong.empty()))), UNSIGNED, "smtp");
        record(report("Forger", "f2", DAY, policy(PolicyType.STS, 0, 100,
                failure(ResultType.STARTTLS_NOT_SUPPORTED, "mx.test", OptionalLong.of(100)))),
                Authenticity.verified("forger-" + UUID.randomUUID() + ".example"), "smtp");

        Watch early = watch(NOW.plus(Duration.ofDays(2)));
        assertThat(early.reset()).isEmpty();
        assertThat(early.cleanDays()).as("nor kept running by them").isZero();
        assertThat(early.unconfirmed()).as("what is counted without details is unconfirmed too").isEqualTo(200);
        assertThat(watch(NOW.plus(Duration.ofDays(3))).resetOn()).contains(DAY);

        record(report("Sender", "u1", DAY.plusDays(1), policy(PolicyType.STS, 0, 1,
                failure(ResultType.VALIDATION_FAILURE, "mx.test", OptionalLong.empty()))), UNSIGNED, Receipt.UPLOAD);
        assertThat(watch(NOW).resetOn()).as("a member vouched for it").contains(DAY.plusDays(1));
    }

    @Test
    void failedSessionsWithoutDetailsResetTheClockToo() {
        record(report("Sender", "n1", DAY, policy(PolicyType.STS, 90, 10,
                failure(ResultType.STS_POLICY_FETCH_ERROR, "", OptionalLong.of(4)))), SIGNED, "smtp");

        Watch watch = watch(NOW.plus(Duration.ofDays(30)));
        assertThat(watch.reset()).contains(new Watch.Reset(DAY, "Sender", ResultType.OTHER, "", 6));
    }

    private Watch watch(java.time.Instant now) {
        return Watch.over(read(session -> session.figures().senderDays(domain.id(), DAY.minusDays(30))), List.of(),
                WatchRules.USUAL, DAY.minusDays(30), now);
    }

    @Test
    void afterTheRetentionTheTotalsStayAndNothingIsCountedTwice() throws Exception {
        record(ofTen(4), UNSIGNED, "smtp");
        LocalDate later = DAY.plusDays(40);
        record(report("Sender", "r2", later, policy(PolicyType.STS, 1, 0)), SIGNED, "smtp");
        assertThat(OrganisationStore.retention(reports.database())).containsEntry(reports.tenant(), 730);

        int forgotten = read(session -> session.recording().forget(DAY.plusDays(1), 1_000));

        assertThat(forgotten).isEqualTo(1);
        StoredReport old = stored().stream().filter(report -> report.reportId().equals("r1")).findFirst().orElseThrow();
        reports.database().useTenant(reports.tenant(), session -> {
            assertThat(session.reports().json(old.key())).isEmpty();
            assertThat(session.reports().policies(old.key())).isEmpty();
        });
        assertThat(record(ofTen(4), SIGNED, "smtp")).isEqualTo(Recording.KNOWN);
        assertThat(record(ofTen(0), SIGNED, "smtp")).isEqualTo(Recording.CONFLICTING);
        assertThat(days()).containsExactly(new Figures.Day(DAY, 1, 6, 4), new Figures.Day(later, 1, 1, 0));
        int keptApart = read(session -> session.recording().forget(DAY.plusDays(1), 1_000));
        assertThat(keptApart).isEqualTo(1);
    }

    @Test
    void aDayThatCantBeIsNotPlausible() {
        assertThat(RecordingStore.isPlausible(LocalDate.of(2015, 12, 31), NOW)).isFalse();
        assertThat(RecordingStore.isPlausible(LocalDate.of(2016, 1, 1), NOW)).isTrue();
        assertThat(RecordingStore.isPlausible(LocalDate.of(2026, 11, 25), NOW)).isTrue();
        assertThat(RecordingStore.isPlausible(LocalDate.of(2026, 11, 26), NOW)).isFalse();
    }
}
