package dev.postern.db.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.account.ReportRules;
import dev.postern.rollout.EnforceSimulation;
import dev.postern.rollout.Reported;
import dev.postern.servers.TestServers;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// What the simulation counts is what the stored reports say, worked out from their policies and failures by SQL.
class SimulatedFiguresTest {

    private static final int DAYS = 21;
    private static final LocalDate TO = Reports.FIRST.plusDays(40);
    private static final LocalDate FROM = TO.minusDays(DAYS - 1);
    private static final Instant NOW = TO.atTime(9, 0).toInstant(ZoneOffset.UTC);

    private static Reports reports;

    @BeforeAll
    static void open() throws Exception {
        reports = new Reports();
    }

    @AfterAll
    static void close() {
        reports.close();
    }

    @RepeatedTest(5)
    void countsWhatTheReportsSay(RepetitionInfo repetition) throws Exception {
        var random = new Random(repetition.getCurrentRepetition());
        MailDomain domain = reports.domain();
        MailDomain other = reports.domain();
        for (int i = 0; i < 80; i++) {
            reports.record(List.of(Reports.incoming(random.nextInt(4) == 0 ? other : domain,
                    Reports.random(random, "id-" + i), random.nextInt(3) == 0
                            ? Authenticity.without(Authenticity.State.UNSIGNED, "there is no DKIM signature")
                            : Authenticity.verified(Reports.one(random, "alpha.example", "beta.example")), "smtp")));
        }
        for (boolean onlyAuthentic : List.of(false, true)) {
            EnforceSimulation simulation = reports.database().inTenant(reports.tenant(), session -> {
                session.organisation().setReportRules(new ReportRules(onlyAuthentic, 730));
                return session.rollout().simulation(domain, DAYS, NOW);
            });
            EnforceSimulation.Count count = simulation.counted();
            assertThat(List.of(count.successful(), count.refused(), count.unclear(), count.unprotected(), count.dane()))
                    .isEqualTo(bySql(domain, true));
            EnforceSimulation.Count apart = simulation.unverified();
            assertThat(List.of(apart.successful(), apart.refused(), apart.unclear(), apart.unprotected(), apart.dane()))
                    .isEqualTo(onlyAuthentic ? List.of(0L, 0L, 0L, 0L, 0L) : bySql(domain, false));
            assertThat(count.tested()).isPositive();
            assertThat(count.refused()).isPositive();
        }
    }

    /// The clock inside testing asks the database for what blocks, the simulation asks the rule.
    @Test
    void agreesWithTheWatchOnWhatBlocks() {
        var random = new Random(11);
        MailDomain domain = reports.domain();
        for (int i = 0; i < 150; i++) {
            reports.record(List.of(Reports.incoming(domain, Reports.random(random, "id-" + i),
                    Authenticity.verified("alpha.example"), "smtp")));
        }
        reports.database().useTenant(reports.tenant(), session -> {
            var watched = new TreeMap<String, Long>();
            session.figures().senderDays(domain.id(), FROM).stream().filter(day -> !day.day().isAfter(TO))
                    .flatMap(day -> day.failures().stream()).forEach(failure -> watched.merge(failure.type()
                            + " at " + failure.mx(), failure.sessions(), Long::sum));
            var simulated = new TreeMap<String, Long>();
            session.rollout().simulation(domain, DAYS, NOW).causes().stream()
                    .filter(cause -> cause.consequence().blocks() && cause.policyType() != PolicyType.TLSA)
                    .forEach(cause -> simulated.merge(cause.type().orElse(ResultType.OTHER) + " at " + cause.mx(), cause.sessions(),
                            Long::sum));
            assertThat(watched).isEqualTo(simulated).containsKey("STS_POLICY_INVALID at mx1.test")
                    .doesNotContainKey("STS_POLICY_INVALID at ");
        });
    }

    @Test
    void seesNothingOfAnotherOrganisation() throws Exception {
        try (var others = new Reports()) {
            MailDomain domain = reports.domain();
            reports.record(List.of(Reports.incoming(domain, Reports.report("Alpha", "one", TO, Reports.policy(
                    PolicyType.STS, 10, 0)), Authenticity.verified("alpha.example"), "smtp")));
            reports.database().useTenant(reports.tenant(), session -> {
                session.organisation().setReportRules(new ReportRules(false, 730));
                assertThat(session.rollout().simulation(domain, DAYS, NOW).counted().tested()).isEqualTo(10L);
            });
            others.database().useTenant(others.tenant(), session ->
                    assertThat(session.figures().reported(domain.id(), FROM, TO)).isEqualTo(Reported.NOTHING));
        }
    }

    /// Successful, refused, unclear, unprotected and DANE's sessions under `sts`. The words of the types are spelled out, so
    /// that the rule can't change unseen.
    private static List<Long> bySql(MailDomain domain, boolean authentic) throws SQLException {
        String sql = """
                with kept as (
                    select * from postern.report where domain_id = '%s' and counted and authentic = %s
                        and day between '%s' and '%s'
                ), total as (
                    select r.day, r.organization_name, sum(coalesce(p.successful, 0)) as successful,
                           sum(coalesce(p.failed, 0)) as failed
                    from kept r join postern.report_policy p using (report_key) where p.policy_type = 'STS' group by 1, 2
                ), detail as (
                    select r.day, r.organization_name, coalesce(f.failed_sessions, 1) as sessions,
                           case when f.result_type in ('STARTTLS_NOT_SUPPORTED', 'CERTIFICATE_HOST_MISMATCH',
                                    'CERTIFICATE_EXPIRED', 'CERTIFICATE_NOT_TRUSTED', 'VALIDATION_FAILURE') then 'refused'
                                when f.result_type = 'OTHER' then 'unclear'
                                when f.result_type = 'STS_POLICY_INVALID' and f.receiving_mx_hostname is not null then 'unclear'
                                when f.result_type like 'STS%%' then 'unprotected' else 'dane' end as fate
                    from kept r join postern.failure_detail f using (report_key) where f.policy_type = 'STS'
                ), unexplained as (
                    select greatest(0, t.failed - coalesce((select sum(d.sessions) from detail d where d.day = t.day
                        and d.organization_name = t.organization_name), 0)) as sessions from total t
                )
                select coalesce((select sum(successful) from total), 0),
                       coalesce((select sum(sessions) from detail where fate = 'refused'), 0),
                       coalesce((select sum(sessions) from detail where fate = 'unclear'), 0)
                           + coalesce((select sum(sessions) from unexplained), 0),
                       coalesce((select sum(sessions) from detail where fate = 'unprotected'), 0),
                       coalesce((select sum(sessions) from detail where fate = 'dane'), 0)
                """.formatted(domain.id(), authentic, FROM, TO);
        var postgres = TestServers.postgres();
        try (var owner = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
             var statement = owner.createStatement(); var row = statement.executeQuery(sql)) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }
}
