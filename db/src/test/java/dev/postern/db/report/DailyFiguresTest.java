package dev.postern.db.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.db.account.ReportRules;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.Authenticity;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// Whatever comes, how often, in which order, and wherever recording breaks off: the daily figures are the sums of the
/// reports that count.
class DailyFiguresTest {

    private static final class Crash extends RuntimeException {
    }

    private static Reports reports;

    @BeforeAll
    static void open() throws Exception {
        reports = new Reports();
    }

    @AfterAll
    static void close() {
        reports.close();
    }

    @RepeatedTest(10)
    void staysInStep(RepetitionInfo repetition) throws Exception {
        var random = new Random(repetition.getCurrentRepetition());
        List<MailDomain> domains = List.of(reports.domain(), reports.domain());
        List<IncomingReport> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            MailDomain domain = Reports.one(random, domains.toArray(MailDomain[]::new));
            IncomingReport report = Reports.incoming(domain, Reports.random(random, "id-" + random.nextInt(30)),
                    authenticity(random), Reports.one(random, "smtp", "https", "upload"));
            all.add(report);
            // The same text, from somebody else or by another way.
            while (random.nextInt(3) == 0) {
                all.add(Reports.incoming(domain, report.report(), authenticity(random),
                        Reports.one(random, "smtp", "https", "upload")));
            }
        }
        for (int round = 0; round < 3; round++) {
            Collections.shuffle(all, random);
            for (int from = 0; from < all.size(); ) {
                int to = Math.min(all.size(), from + 1 + random.nextInt(25));
                List<IncomingReport> batch = all.subList(from, to);
                if (random.nextInt(4) == 0) {
                    assertThatThrownBy(() -> breakOff(batch)).isInstanceOf(Crash.class);
                    assertInStep();
                }
                reports.record(again(batch));
                from = to;
            }
            assertInStep();
        }
        assertThat(reports.sessions().kept()).isNotEmpty();
        assertThat(reports.failures().kept()).isNotEmpty();
    }

    /// By day, by organization, by domain and in the list of reports: the same totals, whatever is let count.
    @Test
    void agreesWhereverItIsShown() throws Exception {
        var random = new Random(7);
        List<MailDomain> domains = List.of(reports.domain(), reports.domain(), reports.domain());
        for (int i = 0; i < 100; i++) {
            reports.record(List.of(Reports.incoming(Reports.one(random, domains.toArray(MailDomain[]::new)),
                    Reports.random(random, "id-" + i), authenticity(random), Reports.one(random, "smtp", "upload"))));
        }
        for (boolean onlyAuthentic : List.of(false, true)) {
            reports.database().useTenant(reports.tenant(), session -> {
                session.organisation().setReportRules(new ReportRules(onlyAuthentic, 730));
                LocalDate to = Reports.FIRST.plusDays(90);
                for (MailDomain domain : domains) {
                    var range = new FigureStore.Range(Optional.of(domain.id()), Reports.FIRST, to);
                    var days = session.figures().days(range);
                    var expected = new Figures.Day(days.getLast().day(),
                            days.stream().mapToLong(Figures.Day::reports).sum(),
                            days.stream().mapToLong(Figures.Day::successful).sum(),
                            days.stream().mapToLong(Figures.Day::failed).sum());
                    var organizations = session.figures().byOrganization(range);
                    assertThat(new Figures.Day(expected.day(),
                            organizations.stream().mapToLong(Figures.ByOrganization::reports).sum(),
                            organizations.stream().mapToLong(Figures.ByOrganization::successful).sum(),
                            organizations.stream().mapToLong(Figures.ByOrganization::failed).sum())).isEqualTo(expected);
                    assertThat(session.figures().totalsByDomain(Reports.FIRST, to)).containsEntry(domain.id(), expected);
                    var listed = session.reports().page(Optional.of(domain.id()), Optional.empty(), 1_000).stream()
                            .filter(report -> report.counted() && (report.authentic() || !onlyAuthentic)).toList();
                    assertThat(new Figures.Day(expected.day(), listed.size(),
                            listed.stream().mapToLong(StoredReport::successful).sum(),
                            listed.stream().mapToLong(StoredReport::failed).sum())).isEqualTo(expected);
                    assertThat(session.figures().failuresByDay(range).stream().mapToLong(Figures.DayFailures::failed).sum())
                            .isEqualTo(session.figures().failuresByResultType(range).stream()
                                    .mapToLong(Figures.ByResultType::failed).sum());
                }
            });
        }
    }

    /// Read again from the log, a report gets another key; nothing else differs.
    private static List<IncomingReport> again(List<IncomingReport> batch) {
        return batch.stream().map(report -> new IncomingReport(UUID.randomUUID(), report.domainId(),
                report.policyDomain(), report.report(), report.authenticity(), report.notes(), report.receipt(),
                report.json())).toList();
    }

    private static void breakOff(List<IncomingReport> batch) {
        RecordingStore.makeRoom(reports.database(), batch.stream().map(IncomingReport::day).toList());
        reports.database().useTenant(reports.tenant(), session -> {
            session.recording().record(batch);
            throw new Crash();
        });
    }

    private static void assertInStep() throws Exception {
        Reports.InStep sessions = reports.sessions();
        assertThat(sessions.kept()).isEqualTo(sessions.recomputed());
        Reports.InStep failures = reports.failures();
        assertThat(failures.kept()).isEqualTo(failures.recomputed());
    }

    private static Authenticity authenticity(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Authenticity.verified("alpha.example");
            case 1 -> Authenticity.verified("beta.example");
            case 2 -> Authenticity.without(Authenticity.State.UNSIGNED, "there is no DKIM signature");
            default -> Authenticity.without(Authenticity.State.FAILED, "it does not verify");
        };
    }
}
