package dev.postern.db.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.db.schema.Schema;
import dev.postern.servers.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.postgresql.ds.PGSimpleDataSource;

/// Organisation B can neither read, write nor delete what is organisation A's, in any table; and who has set no tenant
/// sees nothing. Tables, columns and foreign keys are read from the catalogue, so a new table is covered by itself.
class TenancyTest {

    private static final UUID A = UUID.randomUUID();
    private static final UUID B = UUID.randomUUID();
    private static final String PASSWORD = "tenancy-test";
    /// Tables of no tenant, and why. Whatever else has no tenant_id is a mistake.
    private static final Map<String, String> SHARED = Map.of(
            "account", "people may belong to several organisations; visible by presenting one's own only",
            "mx_host", "MX hosts of the public Internet, by vantage point; nothing of who asked",
            "public_check", "checks that anybody may ask for and see",
            "outbox", "messages on their way to Kafka; the application can only add",
            "flyway_schema_history", "which migrations have run; readable, nothing private");

    private static String url;
    private static Connection owner;
    private static Connection app;
    private static List<String> tables;

    private record Column(String name, String type, boolean array, boolean nullable, boolean generated) {
    }

    @BeforeAll
    static void fillEveryTableForBoth() throws SQLException {
        var server = TestServers.postgres();
        String database = "tenancy_" + UUID.randomUUID().toString().replace("-", "");
        try (var admin = DriverManager.getConnection(server.url(), server.user(), server.password());
             var statement = admin.createStatement()) {
            statement.execute("create database " + database);
        }
        url = server.url().replaceFirst("/[^/?]+(\\?|$)", "/" + database + "$1");
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(server.user());
        source.setPassword(server.password());
        Schema.migrate(source, PASSWORD);
        owner = source.getConnection();
        app = DriverManager.getConnection(url, Schema.APPLICATION_ROLE, PASSWORD);
        tables = strings(owner, "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
                + " where c.relnamespace = 'postern'::regnamespace and c.relkind in ('r', 'p')"
                + " and not c.relispartition and a.attname = 'tenant_id' order by c.relname");
        strings(owner, "select postern.make_failure_partition('2026-01-01')");
        for (UUID tenant : List.of(A, B)) {
            fill(tenant);
        }
    }

    @AfterAll
    static void close() throws SQLException {
        app.close();
        owner.close();
    }

    /// One row in each table, parents before children; foreign keys point at the tenant's own rows.
    private static void fill(UUID tenant) throws SQLException {
        var rows = new HashMap<String, Map<String, Object>>();
        var order = new LinkedHashSet<String>();
        Stream.concat(Stream.of("account"), tables.stream()).forEach(table -> visit(table, order));
        // The owner is a superuser here, and so is not held by the policies that the test is about.
        for (String table : order) {
            Map<String, Object> row = new HashMap<>();
            for (Map.Entry<String, String[]> key : foreignKeys(table).entrySet()) {
                Map<String, Object> parent = rows.get(key.getValue()[0]);
                if (parent != null) {
                    row.put(key.getKey(), parent.get(key.getValue()[1]));
                }
            }
            var columns = columns(table).stream().filter(column -> !column.generated()).toList();
            for (Column column : columns) {
                if (column.name().equals("tenant_id")) {
                    row.put("tenant_id", tenant);
                } else if (!row.containsKey(column.name()) && !column.nullable()) {
                    row.put(column.name(), sample(table, column));
                }
            }
            var names = List.copyOf(row.keySet());
            String sql = "insert into postern." + table + " (" + String.join(", ", names) + ") values ("
                    + names.stream().map(name -> cast(columns, name)).collect(Collectors.joining(", ")) + ")";
            try (var insert = owner.prepareStatement(sql)) {
                for (int i = 0; i < names.size(); i++) {
                    insert.setObject(i + 1, row.get(names.get(i)));
                }
                insert.executeUpdate();
            } catch (SQLException unfit) {
                throw new AssertionError("No sample row for " + table + ": teach this test's sample() a value that its "
                        + "constraints allow", unfit);
            }
            rows.put(table, row);
        }
    }

    private static void visit(String table, Set<String> order) {
        if (order.contains(table)) {
            return;
        }
        try {
            for (String[] parent : foreignKeys(table).values()) {
                if (!parent[0].equals(table)) {
                    visit(parent[0], order);
                }
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        order.add(table);
    }

    /// A value that the column's type and the schema's constraints allow; different each time, for unique columns.
    private static Object sample(String table, Column column) {
        String unique = UUID.randomUUID().toString();
        Map<String, Object> constrained = Map.ofEntries(
                Map.entry("membership.role", "OWNER"), Map.entry("domain.phase", "SETUP"),
                Map.entry("domain.hosting", "POSTERN"), Map.entry("domain.kind", "MAIL_DOMAIN"), Map.entry("policy.mode", "TESTING"),
                Map.entry("policy.max_age", "86400"), Map.entry("policy.version", "1"),
                Map.entry("policy.policy_id", "1"), Map.entry("finding.verdict", "PASS"),
                Map.entry("observation.vantage", "main"), Map.entry("report.authenticity", "UNSIGNED"),
                Map.entry("timeline_event.severity", "INFO"),
                Map.entry("mailbox_source.port", "993"), Map.entry("mailbox_source.security", "IMPLICIT_TLS"),
                Map.entry("mailbox_source.after_reading", "LEAVE"),
                Map.entry("dns_connection.kind", "CLOUDFLARE"), Map.entry("dns_record.type", "TXT"),
                Map.entry("import_job.state", "READ"),
                Map.entry("report.content_sha256", "\\x" + "ab".repeat(32)),
                Map.entry("report.name_sha256", "\\x" + "cd".repeat(32)),
                Map.entry("foreign_policy.mode", "ENFORCE"),
                Map.entry("policy_fetch.fetches", "1"),
                Map.entry("policy_fetch.body_sha256", "\\x" + "ab".repeat(32)),
                Map.entry("foreign_policy.body_sha256", "\\x" + "ef".repeat(32)));
        if (constrained.containsKey(table + "." + column.name())) {
            return constrained.get(table + "." + column.name());
        }
        if (column.array()) {
            return "{}";
        }
        return switch (column.type()) {
            case "uuid" -> unique;
            case "text" -> unique;
            case "timestamptz" -> "2026-01-01T00:00:00Z";
            case "date" -> "2026-01-01";
            case "int4", "int8" -> "0";
            case "bool" -> "true";
            case "jsonb" -> "{}";
            case "bytea" -> "\\x" + unique.replace("-", "");
            default -> throw new AssertionError("teach this test a value of type " + column.type());
        };
    }

    private static String cast(List<Column> columns, String name) {
        Column column = columns.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        return "?::" + column.type() + (column.array() ? "[]" : "");
    }

    private static List<Column> columns(String table) throws SQLException {
        var columns = new ArrayList<Column>();
        try (var query = owner.prepareStatement("select a.attname, coalesce(e.typname, t.typname), e.oid is not null,"
                + " not a.attnotnull or a.atthasdef, a.attidentity <> '' or a.attgenerated <> '' from pg_attribute a"
                + " join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'"
                + " where a.attrelid = ('postern.' || ?)::regclass and a.attnum > 0 and not a.attisdropped")) {
            query.setString(1, table);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    columns.add(new Column(row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4),
                            row.getBoolean(5)));
                }
            }
        }
        return columns;
    }

    /// Column to the table and column that it refers to.
    private static Map<String, String[]> foreignKeys(String table) throws SQLException {
        var keys = new HashMap<String, String[]>();
        try (var query = owner.prepareStatement("select a.attname, p.relname, b.attname from pg_constraint c"
                + " cross join lateral unnest(c.conkey, c.confkey) as k(own, other)"
                + " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own"
                + " join pg_class p on p.oid = c.confrelid"
                + " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.other"
                + " where c.contype = 'f' and c.conrelid = ('postern.' || ?)::regclass")) {
            query.setString(1, table);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    keys.put(row.getString(1), new String[]{row.getString(2), row.getString(3)});
                }
            }
        }
        return keys;
    }

    @TestFactory
    Stream<DynamicTest> otherOrganisationsRowsAreOutOfReach() {
        assertThat(tables).contains("domain", "report", "timeline_event").hasSizeGreaterThan(8);
        return tables.stream().map(table -> DynamicTest.dynamicTest(table, () -> {
            assertThat(count(owner, "select count(*) from postern." + table + " where tenant_id = '" + A + "'"))
                    .as("there is a row to protect").isPositive();
            as(B, () -> {
                assertThat(count(app, "select count(*) from postern." + table)).as("B sees its own").isPositive();
                assertThat(count(app, "select count(*) from postern." + table + " where tenant_id = '" + A + "'"))
                        .as("B sees A's").isZero();
                assertThat(change("update postern." + table + " set tenant_id = tenant_id where tenant_id = '" + A + "'"))
                        .as("B changes A's").isZero();
                assertThat(change("delete from postern." + table + " where tenant_id = '" + A + "'"))
                        .as("B deletes A's").isZero();
                assertThatThrownBy(() -> change("update postern." + table + " set tenant_id = '" + A + "'"))
                        .as("B gives a row to A").hasMessageContaining("row-level security");
            });
            as(B, () -> assertThatThrownBy(() -> change(copyOfBsRowFor(table, A)))
                    .as("B adds a row of A's").hasMessageContaining("row-level security"));
        }));
    }

    @TestFactory
    Stream<DynamicTest> withoutATenantNothingIsVisible() {
        return tables.stream().map(table -> DynamicTest.dynamicTest(table, () -> {
            as(null, () -> {
                assertThat(count(app, "select count(*) from postern." + table)).isZero();
                assertThat(change("update postern." + table + " set tenant_id = tenant_id")).isZero();
                assertThat(change("delete from postern." + table)).isZero();
            });
            as(null, () -> assertThatThrownBy(() -> change(copyOfBsRowFor(table, A)))
                    .hasMessageContaining("row-level security"));
        }));
    }

    /// An insert of a row like B's under another tenant: every other constraint is met or never reached.
    private static String copyOfBsRowFor(String table, UUID tenant) throws SQLException {
        var columns = columns(table).stream().filter(column -> !column.generated()).toList();
        var values = new ArrayList<String>();
        try (var statement = owner.createStatement(); var row = statement.executeQuery("select * from postern." + table
                + " where tenant_id = '" + B + "'")) {
            assertThat(row.next()).isTrue();
            for (Column column : columns) {
                String value = column.name().equals("tenant_id") ? tenant.toString() : row.getString(column.name());
                values.add(value == null ? "null" : "'" + value.replace("'", "''") + "'::" + column.type()
                        + (column.array() ? "[]" : ""));
            }
        }
        return "insert into postern." + table + " (" + columns.stream().map(Column::name)
                .collect(Collectors.joining(", ")) + ") values (" + String.join(", ", values) + ")";
    }

    @Test
    void securityIsForcedAndTheApplicationCantEscapeIt() throws SQLException {
        assertThat(strings(owner, "select relname from pg_class where relnamespace = 'postern'::regnamespace"
                + " and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)"
                + " and relname in (" + quoted(tables) + ", 'account')")).isEmpty();
        assertThat(strings(owner, "select relname from pg_class where relnamespace = 'postern'::regnamespace"
                + " and pg_get_userbyid(relowner) = 'postern_app'")).as("owned by the application").isEmpty();
        assertThat(strings(owner, "select rolname from pg_roles where rolname like 'postern%'"
                + " and (rolsuper or rolbypassrls or rolcreaterole)")).isEmpty();
        assertThat(strings(owner, "select relname from pg_class where relnamespace = 'postern'::regnamespace"
                + " and relkind in ('r', 'p') and not relispartition and relname not in (" + quoted(tables) + ")"))
                .as("tables without tenant_id, each with a reason: " + SHARED).containsExactlyInAnyOrderElementsOf(
                        SHARED.keySet());
        as(null, () -> assertThatThrownBy(() -> change("set role " + ownerName())).hasMessageContaining("permission"));
    }

    @Test
    void whatNoTenantHasIsSeenOnlyByWhoPresentsIt() throws SQLException {
        as(null, () -> assertThat(count(app, "select count(*) from postern.account")).isZero());
        as(null, () -> assertThatThrownBy(() -> count(app, "select count(*) from postern.outbox"))
                .hasMessageContaining("permission denied"));
        String email = strings(owner, "select email from postern.account limit 1").getFirst();
        as(null, () -> {
            change("select set_config('postern.email', '" + email + "', true)");
            assertThat(strings(app, "select email from postern.account")).containsExactly(email);
        });
        String token = strings(owner, "select report_token from postern.domain where tenant_id = '" + A + "'").getFirst();
        as(null, () -> {
            change("select set_config('postern.report_token', '" + token + "', true)");
            assertThat(strings(app, "select report_token from postern.domain")).containsExactly(token);
            assertThat(count(app, "select count(*) from postern.report")).isZero();
        });
    }

    @Test
    void systemRolesSeeOnlyWhatTheirWorkNeeds() throws SQLException {
        as(null, () -> {
            change("set local role postern_scheduler");
            assertThat(count(app, "select count(name) from postern.domain")).isEqualTo(2);
            assertThatThrownBy(() -> count(app, "select count(report_token) from postern.domain"))
                    .hasMessageContaining("permission denied");
        });
        as(null, () -> {
            change("set local role postern_mailboxes");
            assertThat(count(app, "select count(next_poll_at) from postern.mailbox_source")).isEqualTo(2);
        });
        as(null, () -> {
            change("set local role postern_fetches");
            assertThat(count(app, "select count(name) from postern.domain")).isEqualTo(2);
            assertThatThrownBy(() -> count(app, "select count(*) from postern.policy_fetch"))
                    .hasMessageContaining("permission denied");
        });
        for (String secret : List.of("host", "username", "password_key", "password_sealed", "last_error")) {
            as(null, () -> {
                change("set local role postern_mailboxes");
                assertThatThrownBy(() -> count(app, "select count(" + secret + ") from postern.mailbox_source"))
                        .hasMessageContaining("permission denied");
            });
        }
        for (String table : tables) {
            as(null, () -> {
                change("set local role postern_relay");
                assertThatThrownBy(() -> count(app, "select count(*) from postern." + table))
                        .hasMessageContaining("permission denied");
            });
        }
    }

    /// A month's failures are a table of their own, which must not be a way around the parent's policies.
    @Test
    void aPartitionIsReachedThroughItsParentOnly() throws SQLException {
        assertThat(strings(owner, "select relname from pg_class where relnamespace = 'postern'::regnamespace"
                + " and relispartition and relkind = 'r' and relrowsecurity and relforcerowsecurity"))
                .containsExactly("failure_detail_2026_01");
        as(A, () -> assertThatThrownBy(() -> count(app, "select count(*) from postern.failure_detail_2026_01"))
                .hasMessageContaining("permission denied"));
        as(null, () -> assertThatThrownBy(() -> change("select postern.make_failure_partition('2015-12-31')"))
                .hasMessageContaining("no report is about"));
    }

    private interface Work {
        void run() throws SQLException;
    }

    /// Runs work in a transaction of its own as one tenant, or as nobody, and undoes it.
    private static void as(UUID tenant, Work work) throws SQLException {
        app.setAutoCommit(false);
        try {
            if (tenant != null) {
                change("select set_config('postern.tenant', '" + tenant + "', true)");
            }
            work.run();
        } finally {
            app.rollback();
        }
    }

    private static String ownerName() throws SQLException {
        return strings(owner, "select current_user").getFirst();
    }

    private static int change(String sql) throws SQLException {
        try (var statement = app.createStatement()) {
            return statement.execute(sql) ? 0 : statement.getUpdateCount();
        }
    }

    private static long count(Connection connection, String sql) throws SQLException {
        return Long.parseLong(strings(connection, sql).getFirst());
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
