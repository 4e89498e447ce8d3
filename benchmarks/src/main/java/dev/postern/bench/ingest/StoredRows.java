package dev.postern.bench.ingest;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What an installation has stored, seen by the owner of its database, whom row-level security does not hold.
final class StoredRows implements AutoCloseable {

    private static final int BATCH = 500;
    /// The tables that a report adds rows to, and the column that tells when.
    private static final String OF_REPORTS = " where report_key in (select report_key from postern.report where "
            + "received_at >= ?)";
    private static final Map<String, String> SINCE = Map.of("report", " where received_at >= ?",
            "report_policy", OF_REPORTS, "failure_detail", OF_REPORTS, "timeline_event", " where at >= ?");

    private final Connection connection;

    private StoredRows(Connection connection) {
        this.connection = connection;
    }

    static StoredRows of(InstallationProcess installation) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", installation.user());
        // Many rows become one statement.
        properties.setProperty("reWriteBatchedInserts", "true");
        return new StoredRows(DriverManager.getConnection(installation.url(), properties));
    }

    /// Reports that are visible to everybody who may see them.
    long reports() throws SQLException {
        return number("select count(*) from postern.report");
    }

    long failures() throws SQLException {
        return number("select count(*) from postern.failure_detail");
    }

    /// Those that were not signed by their sender, of those that came by mail.
    long unverifiedMails() throws SQLException {
        return number("select count(*) from postern.report where transport = 'smtp' and not authentic");
    }

    /// Waits until so many reports are visible.
    ///
    /// @throws IllegalStateException when they are not there in time
    void await(long reports, Duration patience) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long began = System.nanoTime();
            long there = reports();
            if (there >= reports) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + there + " of " + reports + " reports became visible");
            }
            // Counting is work for the server too: at most a twentieth of the time.
            Thread.sleep(Math.max(10, (System.nanoTime() - began) / 50_000));
        }
    }

    long databaseBytes() throws SQLException {
        return number("select pg_database_size(current_database())");
    }

    /// Bytes that were ever written to the write-ahead log.
    long logBytes() throws SQLException {
        return number("select (pg_current_wal_insert_lsn() - '0/0')::bigint");
    }

    Instant now() throws SQLException {
        try (Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("select clock_timestamp()")) {
            row.next();
            return row.getObject(1, java.time.OffsetDateTime.class).toInstant();
        }
    }

    /// Inserts what was stored since then once more, into tables of the same columns and indexes without foreign keys
    /// and row-level security: many rows in a statement, as many reports in a transaction as the recorder takes.
    ///
    /// @return how long that took
    Duration insertBare(Instant since) throws SQLException {
        var copies = new ArrayList<Copy>();
        execute("drop schema if exists bare cascade", "create schema bare");
        for (String table : List.of("report", "report_policy", "failure_detail", "timeline_event")) {
            execute("create table bare." + table + " (like postern." + table + " including all)");
            copies.add(read(table, since));
        }
        execute("checkpoint");
        connection.setAutoCommit(false);
        long began = System.nanoTime();
        int batches = (copies.getFirst().rows().size() + BATCH - 1) / BATCH;
        for (int batch = 0; batch < batches; batch++) {
            for (Copy copy : copies) {
                copy.insert(connection, batch, batches);
            }
            connection.commit();
        }
        var took = Duration.ofNanos(System.nanoTime() - began);
        connection.setAutoCommit(true);
        execute("drop schema bare cascade");
        return took;
    }

    private record Copy(String table, int columns, List<Object[]> rows) {

        private void insert(Connection connection, int batch, int batches) throws SQLException {
            String values = IntStream.range(0, columns).mapToObj(_ -> "?").collect(Collectors.joining(", "));
            int from = (int) ((long) rows.size() * batch / batches);
            int to = (int) ((long) rows.size() * (batch + 1) / batches);
            try (PreparedStatement insert = connection.prepareStatement("insert into bare." + table + " values ("
                    + values + ")")) {
                for (Object[] row : rows.subList(from, to)) {
                    for (int i = 0; i < row.length; i++) {
                        insert.setObject(i + 1, row[i]);
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    private Copy read(String table, Instant since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select * from postern." + table
                + SINCE.get(table))) {
            select.setObject(1, since.atOffset(java.time.ZoneOffset.UTC));
            try (ResultSet result = select.executeQuery()) {
                int columns = result.getMetaData().getColumnCount();
                var rows = new ArrayList<Object[]>();
                while (result.next()) {
                    var row = new Object[columns];
                    for (int i = 0; i < columns; i++) {
                        row[i] = result.getObject(i + 1);
                    }
                    rows.add(row);
                }
                return new Copy(table, columns, rows);
            }
        }
    }

    /// Stores everything once more for each of the days before, under other names, as months of reports would have.
    ///
    /// @param times how many times as much there is afterwards
    void grow(int times) throws SQLException {
        String day = "make_interval(days => g)";
        for (int i = 1; i < times; i++) {
            execute("select postern.make_failure_partition((current_date - " + (i + 2) + "))");
        }
        multiply("report", times, Map.of("report_key", "md5(report_key::text || g)::uuid",
                "report_id", "report_id || '-' || g", "name_sha256", "sha256(name_sha256 || g::text::bytea)",
                "content_sha256", "sha256(content_sha256 || g::text::bytea)", "receipt_id",
                "md5(receipt_id::text || g)::uuid", "period_start", "period_start - " + day,
                "period_end", "period_end - " + day, "day", "day - g", "received_at", "received_at - " + day));
        multiply("report_policy", times, Map.of("report_key", "md5(report_key::text || g)::uuid", "day", "day - g"));
        multiply("failure_detail", times, Map.of("report_key", "md5(report_key::text || g)::uuid", "day", "day - g"));
        multiply("session_day", times, Map.of("day", "day - g"));
        multiply("failure_day", times, Map.of("day", "day - g"));
        multiply("timeline_event", times, Map.of("event_id", "md5(event_id::text || g)::uuid", "at", "at - " + day));
        execute("vacuum analyze", "checkpoint");
    }

    private void multiply(String table, int times, Map<String, String> changed) throws SQLException {
        var columns = new ArrayList<String>();
        try (ResultSet result = connection.getMetaData().getColumns(null, "postern", table, null)) {
            while (result.next()) {
                columns.add(result.getString("COLUMN_NAME"));
            }
        }
        execute("insert into postern." + table + " (" + String.join(", ", columns) + ") select "
                + columns.stream().map(column -> changed.getOrDefault(column, column)).collect(Collectors.joining(", "))
                + " from postern." + table + ", generate_series(1, " + (times - 1) + ") g");
    }

    /// As a server that has been running for long would be: nothing is left over from what came before.
    void settle() throws SQLException {
        execute("vacuum analyze", "checkpoint");
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
