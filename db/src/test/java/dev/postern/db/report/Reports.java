package dev.postern.db.report;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.servers.TestServers;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// An organisation with a database of its own for tests of what is recorded.
final class Reports implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final LocalDate FIRST = LocalDate.of(2026, 9, 20);

    private final DatabaseConnection connection;
    private final UUID tenant = UUID.randomUUID();

    Reports() throws Exception {
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 10, Files.createTempDirectory("key").resolve("key")));
        new AccountStore(database()).signUp(new Account(UUID.randomUUID(), tenant + "@example.test", "-"), tenant, "Test",
                NOW);
    }

    Database database() {
        return connection.database();
    }

    UUID tenant() {
        return tenant;
    }

    MailDomain domain() {
        var domain = new MailDomain(UUID.randomUUID(), new DomainName("d" + UUID.randomUUID() + ".test"), Phase.TESTING,
                NOW, PolicyHosting.POSTERN, UUID.randomUUID().toString(), UUID.randomUUID().toString(), Optional.empty(),
                Optional.empty(), Optional.empty(), NOW, List.of(), Optional.empty(), Set.of());
        database().useTenant(tenant, session -> {
            session.domains().add(domain);
            session.domains().markVerified(domain.id(), OwnershipProof.TXT_RECORD, NOW);
        });
        return domain;
    }

    List<Recording> record(List<IncomingReport> reports) {
        RecordingStore.makeRoom(database(), reports.stream().map(IncomingReport::day).toList());
        return database().inTenant(tenant, session -> {
            session.domains().lock(reports.stream().map(IncomingReport::domainId).toList());
            return session.recording().record(reports);
        });
    }

    static IncomingReport incoming(MailDomain domain, TlsReport report, Authenticity authenticity, String transport) {
        return new IncomingReport(UUID.randomUUID(), domain.id(), domain.name().ascii(), report, authenticity, List.of(),
                new Receipt(UUID.randomUUID(), transport, "192.0.2.1", NOW, ""), TlsReportWriter.toJson(report));
    }

    static TlsReport report(String organization, String id, LocalDate day, PolicyReport... policies) {
        Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
        return new TlsReport(organization, Optional.empty(), id, start, start.plus(Duration.ofDays(1)).minusSeconds(1),
                List.of(policies));
    }

    static PolicyReport policy(PolicyType type, long successful, long failed, FailureDetail... failures) {
        return new PolicyReport(type, type.wire(), List.of(), Optional.empty(), List.of(), OptionalLong.of(successful),
                OptionalLong.of(failed), List.of(failures));
    }

    static FailureDetail failure(ResultType type, String mx, OptionalLong sessions) {
        return new FailureDetail(type, type.wire(), Optional.of("192.0.2.7"), Optional.of(mx).filter(name -> !name.isEmpty()),
                Optional.empty(), Optional.empty(), sessions, Optional.empty(), Optional.empty());
    }

    /// Any report, of few organizations and days, so that figures meet.
    static TlsReport random(Random random, String id) {
        var policies = new ArrayList<PolicyReport>();
        for (int i = random.nextInt(4); i > 0; i--) {
            PolicyType type = one(random, PolicyType.values());
            var failures = new ArrayList<FailureDetail>();
            for (int j = random.nextInt(5); j > 0; j--) {
                failures.add(failure(one(random, ResultType.values()), one(random, "mx1.test", "mx2.test", ""),
                        random.nextInt(5) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(50))));
            }
            policies.add(policy(type, random.nextInt(1_000), random.nextInt(60), failures.toArray(FailureDetail[]::new)));
        }
        return report(one(random, "Alpha Inc.", "Beta \"B\", {1}", "Γάμμα", ""), id,
                FIRST.plusDays(random.nextInt(60)), policies.toArray(PolicyReport[]::new));
    }

    @SafeVarargs
    static <T> T one(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// What the daily tables hold, and what they should by the reports that count, both as text, in order. The second is
    /// worked out by SQL from the stored policies and failures, not by the code that keeps the first.
    record InStep(List<String> kept, List<String> recomputed) {
    }

    InStep sessions() throws SQLException {
        return new InStep(rows("select domain_id, day, organization_name, signer, authentic, policy_type, reports, successful,"
                + " failed, speaking_reports, speaking_successful, speaking_failed from postern.session_day"
                + " where tenant_id = '" + tenant + "'"), rows("""
                with per_type as (
                    select r.domain_id, r.day, r.organization_name,
                           case when r.authenticity = 'VERIFIED' then r.signer else '' end as signer, r.authentic, r.report_key,
                           coalesce(p.policy_type, 'OTHER') as policy_type, sum(coalesce(p.successful, 0)) as successful,
                           sum(coalesce(p.failed, 0)) as failed
                    from postern.report r left join postern.report_policy p using (report_key)
                    where r.counted and r.tenant_id = '%s' group by 1, 2, 3, 4, 5, 6, 7
                ), ranked as (
                    select *, row_number() over (partition by report_key order by successful + failed desc,
                        array_position(array['STS', 'TLSA', 'NO_POLICY_FOUND', 'OTHER'], policy_type)) = 1 as speaks
                    from per_type)
                select domain_id, day, organization_name, signer, authentic, policy_type, count(*), sum(successful),
                       sum(failed), count(*) filter (where speaks), coalesce(sum(successful) filter (where speaks), 0),
                       coalesce(sum(failed) filter (where speaks), 0)
                from ranked group by 1, 2, 3, 4, 5, 6""".formatted(tenant)));
    }

    InStep failures() throws SQLException {
        return new InStep(rows("select domain_id, day, organization_name, signer, authentic, policy_type, result_type, mx,"
                + " details, failed, without_count, by_result_type, by_mx from postern.failure_day"
                + " where tenant_id = '" + tenant + "'"), rows("""
                with detail as (
                    select r.domain_id, r.day, r.organization_name,
                           case when r.authenticity = 'VERIFIED' then r.signer else '' end as signer, r.authentic, r.report_key,
                           f.policy_type, f.result_type, coalesce(f.receiving_mx_hostname, '') as mx, f.failed_sessions,
                           sum(coalesce(f.failed_sessions, 0)) over (partition by r.report_key, f.result_type, f.policy_type)
                               as of_type,
                           sum(coalesce(f.failed_sessions, 0)) over (partition by r.report_key,
                               f.receiving_mx_hostname, f.policy_type) as of_mx,
                           array_position(array['STS', 'TLSA', 'NO_POLICY_FOUND', 'OTHER'], f.policy_type) as place
                    from postern.report r join postern.failure_detail f using (report_key)
                    where r.counted and r.tenant_id = '%s'
                ), speaking as (
                    select *, first_value(place) over (partition by report_key, result_type order by of_type desc, place)
                               = place as speaks_of_type,
                           first_value(place) over (partition by report_key, mx order by of_mx desc, place)
                               = place as speaks_of_mx
                    from detail)
                select domain_id, day, organization_name, signer, authentic, policy_type, result_type, mx, count(*),
                       coalesce(sum(failed_sessions), 0), count(*) filter (where failed_sessions is null),
                       coalesce(sum(failed_sessions) filter (where speaks_of_type), 0),
                       coalesce(sum(failed_sessions) filter (where speaks_of_mx), 0)
                from speaking group by 1, 2, 3, 4, 5, 6, 7, 8""".formatted(tenant)));
    }

    private static List<String> rows(String sql) throws SQLException {
        var rows = new ArrayList<String>();
        var postgres = TestServers.postgres();
        try (var owner = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
             var statement = owner.createStatement(); var row = statement.executeQuery(sql)) {
            while (row.next()) {
                var text = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    text.append(row.getString(i)).append(" | ");
                }
                rows.add(text.toString());
            }
        }
        return rows.stream().sorted().toList();
    }

    @Override
    public void close() {
        connection.close();
    }
}
