package dev.postern.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.servers.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What an installation of before has recorded is in the figures after the migration, and the owner of the schema needs
/// not be a superuser, whom row-level security would not hold.
class RecordingMigrationTest {

    @Test
    void figuresOfBeforeAreThereAfterwards() throws SQLException {
        var source = ownedDatabase();
        // The roles are of the server; an earlier schema and the newest need the same.
        try {
            Schema.migrate(source, "test");
            try (var connection = source.getConnection(); var statement = connection.createStatement()) {
                statement.execute("drop schema postern cascade");
            }
        } finally {
            Flyway.configure().dataSource(source).schemas("postern").defaultSchema("postern").createSchemas(true)
                    .locations("classpath:db/migration").target("3").load().migrate();
        }
        try (var connection = source.getConnection()) {
            fill(connection);
        }

        Schema.migrate(source, "test");

        try (var connection = source.getConnection()) {
            execute(connection, "alter table postern.session_day no force row level security",
                    "alter table postern.failure_day no force row level security",
                    "alter table postern.failure_detail no force row level security",
                    "alter table postern.report no force row level security");
            assertThat(rows(connection, "select day, organization_name, signer, authentic, policy_type, reports, successful,"
                    + " failed, speaking_reports, speaking_successful, speaking_failed from postern.session_day"))
                    .containsExactlyInAnyOrder(
                            "2026-10-31 | Alpha | alpha.test | t | STS | 1 | 90 | 10 | 1 | 90 | 10",
                            "2026-10-31 | Alpha | alpha.test | t | TLSA | 1 | 80 | 12 | 0 | 0 | 0",
                            "2026-11-01 | Alpha |  | f | STS | 1 | 5 | 0 | 1 | 5 | 0",
                            "2026-11-01 | Alpha |  | f | OTHER | 1 | 0 | 0 | 1 | 0 | 0");
            assertThat(rows(connection, "select day, policy_type, result_type, mx, details, failed, without_count,"
                    + " by_result_type, by_mx from postern.failure_day"))
                    .containsExactlyInAnyOrder(
                            "2026-10-31 | STS | CERTIFICATE_EXPIRED | mx.test | 1 | 10 | 0 | 10 | 0",
                            "2026-10-31 | TLSA | CERTIFICATE_EXPIRED | mx.test | 1 | 7 | 0 | 0 | 7",
                            "2026-10-31 | TLSA | TLSA_INVALID | mx.test | 2 | 5 | 1 | 5 | 5");
            assertThat(rows(connection, "select tableoid::regclass::text, count(*) from postern.failure_detail group by 1"))
                    .containsExactly("postern.failure_detail_2026_10 | 4");
            assertThat(rows(connection, "select report_id from postern.report where counted and day < '2016-01-01'"))
                    .as("a day that can't be").isEmpty();
        }
    }

    private static PGSimpleDataSource ownedDatabase() throws SQLException {
        var server = TestServers.postgres();
        String name = "owned_" + UUID.randomUUID().toString().replace("-", "");
        try (var admin = DriverManager.getConnection(server.url(), server.user(), server.password())) {
            execute(admin, "create role " + name + " login createrole nosuperuser nobypassrls password 'test'",
                    "create database " + name + " owner " + name);
            // On a server of its own it would have made these roles itself.
            for (String role : rows(admin, "select rolname from pg_roles where rolname like 'postern\\_%'")) {
                execute(admin, "grant " + role + " to " + name + " with admin option");
            }
        }
        var source = new PGSimpleDataSource();
        source.setUrl(server.url().replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1"));
        source.setUser(name);
        source.setPassword("test");
        return source;
    }

    private static void fill(Connection connection) throws SQLException {
        UUID tenant = UUID.randomUUID();
        UUID domain = UUID.randomUUID();
        for (String table : List.of("organisation", "domain", "report", "report_policy", "failure_detail")) {
            execute(connection, "alter table postern." + table + " no force row level security");
        }
        execute(connection, "insert into postern.organisation values ('" + tenant + "', 'Test', now())",
                "insert into postern.domain (tenant_id, domain_id, name, phase, phase_since, hosting, ownership_token,"
                        + " report_token, created_at, next_probe_at) values ('" + tenant + "', '" + domain
                        + "', 'example.test', 'TESTING', now(), 'POSTERN', 'o', 't', now(), now())");
        UUID both = report(connection, tenant, domain, "both", "2026-10-31", "VERIFIED", "alpha.test");
        policy(connection, tenant, domain, both, 0, "2026-10-31", "STS", 90, 10);
        policy(connection, tenant, domain, both, 1, "2026-10-31", "TLSA", 80, 12);
        failure(connection, tenant, domain, both, 0, 0, "STS", "CERTIFICATE_EXPIRED", "10");
        failure(connection, tenant, domain, both, 1, 0, "TLSA", "CERTIFICATE_EXPIRED", "7");
        failure(connection, tenant, domain, both, 1, 1, "TLSA", "TLSA_INVALID", "5");
        failure(connection, tenant, domain, both, 1, 2, "TLSA", "TLSA_INVALID", "null");
        UUID unsigned = report(connection, tenant, domain, "unsigned", "2026-11-01", "FAILED", "forged.test");
        policy(connection, tenant, domain, unsigned, 0, "2026-11-01", "STS", 5, 0);
        report(connection, tenant, domain, "empty", "2026-11-01", "UNSIGNED", "");
        UUID old = report(connection, tenant, domain, "old", "1999-11-01", "UNSIGNED", "");
        policy(connection, tenant, domain, old, 0, "1999-11-01", "STS", 1_000, 0);
    }

    private static UUID report(Connection connection, UUID tenant, UUID domain, String id, String day,
                               String authenticity, String signer) throws SQLException {
        UUID key = UUID.randomUUID();
        execute(connection, "insert into postern.report (tenant_id, report_key, domain_id, organization_name, report_id,"
                + " policy_domain, period_start, period_end, day, received_at, transport, peer, receipt_id, counted,"
                + " successful, failed, notes, content_sha256, content, authenticity, signer, authenticity_detail) values ('"
                + tenant + "', '" + key + "', '" + domain + "', 'Alpha', '" + id + "', 'example.test', '" + day + "', '"
                + day + "', '" + day + "', '2026-11-03', 'smtp', '192.0.2.1', '" + key + "', true, 0, 0, '[]',"
                + " sha256('" + id + "'), '', '" + authenticity + "', nullif('" + signer + "', ''), '')");
        return key;
    }

    private static void policy(Connection connection, UUID tenant, UUID domain, UUID report, int position, String day,
                               String type, long successful, long failed) throws SQLException {
        execute(connection, "insert into postern.report_policy values ('" + tenant + "', '" + report + "', " + position
                + ", '" + domain + "', '" + day + "', 'Alpha', '" + type + "', '" + type + "', null, '{}', '{}', "
                + successful + ", " + failed + ")");
    }

    private static void failure(Connection connection, UUID tenant, UUID domain, UUID report, int policy, int position,
                                String policyType, String resultType, String sessions) throws SQLException {
        execute(connection, "insert into postern.failure_detail values ('" + tenant + "', '" + report + "', " + policy + ", "
                + position + ", '" + domain + "', '2026-10-31', 'Alpha', '" + policyType + "', '" + resultType + "', '"
                + resultType + "', null, 'mx.test', null, null, " + sessions + ", null, null)");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        var rows = new ArrayList<String>();
        try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
            while (row.next()) {
                var text = new StringBuilder(row.getString(1));
                for (int i = 2; i <= row.getMetaData().getColumnCount(); i++) {
                    text.append(" | ").append(row.getString(i));
                }
                rows.add(text.toString());
            }
        }
        return rows;
    }
}
