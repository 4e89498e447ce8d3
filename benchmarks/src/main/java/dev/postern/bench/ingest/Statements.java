package dev.postern.bench.ingest;

import dev.postern.servers.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What PostgreSQL spends its time on, by its own statistics of statements.
final class Statements {

    private static final int SHOWN = 16;
    private static final int WIDTH = 110;

    private final EmbeddedPostgres postgres;

    private Statements(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /// Has a server count its statements from its next start on.
    static void count(Path data) throws SQLException {
        try (var postgres = EmbeddedPostgres.durable(data)) {
            new Statements(postgres).execute("alter system set shared_preload_libraries = 'pg_stat_statements'",
                    "alter system set pg_stat_statements.track = 'all'",
                    "alter system set pg_stat_statements.track_planning = on");
        }
    }

    /// @param postgres which counts
    static Statements of(EmbeddedPostgres postgres) throws SQLException {
        var statements = new Statements(postgres);
        statements.execute("create extension if not exists pg_stat_statements");
        return statements;
    }

    void forget() throws SQLException {
        execute("select pg_stat_statements_reset()");
    }

    /// For people: the statements that took longest in all. Those that a trigger runs are also part of what fired it.
    List<String> told() throws SQLException {
        var lines = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(postgres.url(), postgres.user(), "");
             var statement = connection.createStatement();
             ResultSet rows = statement.executeQuery("select calls, total_exec_time, total_plan_time, rows, toplevel, "
                     + "query from pg_stat_statements where query not like '%pg_stat%' "
                     + "order by total_exec_time + total_plan_time desc limit " + SHOWN)) {
            lines.add("      ms  planning     calls      rows  statement");
            while (rows.next()) {
                String query = rows.getString("query").replaceAll("\\s+", " ").replaceAll("(, )?\\$[0-9]+", "");
                lines.add(String.format(Locale.ROOT, "%8.0f  %8.0f  %8d  %8d  %s%s", rows.getDouble("total_exec_time"),
                        rows.getDouble("total_plan_time"), rows.getLong("calls"), rows.getLong("rows"),
                        rows.getBoolean("toplevel") ? "" : "(within) ", query.substring(0, Math.min(WIDTH, query.length()))));
            }
        }
        return lines;
    }

    private void execute(String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(postgres.url(), postgres.user(), "");
             var statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }
}
