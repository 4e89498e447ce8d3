package dev.postern.db.schema;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The schema and its roles.
public final class Schema {

    /// The role that the application signs in with. It owns nothing and does not bypass row-level security.
    public static final String APPLICATION_ROLE = "postern_app";
    /// Roles for work that spans tenants; the application takes one on for a single transaction.
    private static final List<String> SYSTEM_ROLES = List.of("postern_relay", "postern_scheduler",
            "postern_retention", "postern_mailboxes", "postern_fetches", "postern_dns");

    private Schema() {
    }

    /// Makes the roles and migrates. Safe to call from several processes at once, and again at every start.
    ///
    /// @param owner               signs in as a role that may create roles
    /// @param applicationPassword the password that [#APPLICATION_ROLE] gets; never null
    /// @throws SQLException when the roles can't be made
    public static void migrate(DataSource owner, String applicationPassword) throws SQLException {
        createRoles(owner, applicationPassword);
        flyway(owner).migrate();
    }

    /// Whether the database has every migration that this version knows.
    ///
    /// @param anyRole signs in as any role that may read the schema's history, as the application's may
    /// @throws org.flywaydb.core.api.FlywayException when the database does not answer
    public static boolean isCurrent(DataSource anyRole) {
        return flyway(anyRole).info().pending().length == 0;
    }

    private static Flyway flyway(DataSource dataSource) {
        return Flyway.configure(Schema.class.getClassLoader()).dataSource(dataSource)
                .schemas("postern").defaultSchema("postern").createSchemas(true)
                .locations("classpath:db/migration").load();
    }

    private static void createRoles(DataSource owner, String applicationPassword) throws SQLException {
        try (var connection = owner.getConnection(); var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Roles belong to the whole server: two processes that start together must not both create them.
            statement.execute("select pg_advisory_xact_lock(7305428901234)");
            createRole(connection, APPLICATION_ROLE, "login noinherit nosuperuser nocreatedb nocreaterole nobypassrls");
            for (String role : SYSTEM_ROLES) {
                createRole(connection, role, "nologin nosuperuser nobypassrls");
                statement.execute("grant " + role + " to " + APPLICATION_ROLE);
            }
            statement.execute("alter role " + APPLICATION_ROLE + " password "
                    + statement.enquoteLiteral(applicationPassword));
            connection.commit();
        }
    }

    private static void createRole(java.sql.Connection connection, String role, String attributes)
            throws SQLException {
        try (var exists = connection.prepareStatement("select from pg_roles where rolname = ?")) {
            exists.setString(1, role);
            try (var rows = exists.executeQuery(); var statement = connection.createStatement()) {
                if (!rows.next()) {
                    statement.execute("create role " + role + " " + attributes);
                }
            }
        }
    }
}
