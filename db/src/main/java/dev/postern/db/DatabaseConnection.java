package dev.postern.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.postern.db.schema.Schema;
import dev.postern.db.tenancy.Database;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one process to PostgreSQL, migrated and ready.
public final class DatabaseConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConnection.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final HikariDataSource pool;
    private final Database database;

    private DatabaseConnection(HikariDataSource pool) {
        this.pool = pool;
        this.database = new Database(pool);
    }

    /// Migrates where the settings name an owner, else waits until another process has; then connects. A server that
    /// does not answer yet is waited for: processes that start together start in any order.
    ///
    /// @throws SQLException         when the migration is refused
    /// @throws InterruptedException when stopped while waiting
    public static DatabaseConnection open(DatabaseSettings settings) throws SQLException, InterruptedException {
        if (settings.ownerUser().isPresent()) {
            migrate(settings, settings.ownerUser().get());
        } else {
            awaitSchema(settings);
        }
        var pool = new HikariConfig();
        pool.setDataSource(source(settings.url(), settings.user(), settings.password()));
        pool.setPoolName("postern");
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setMinimumIdle(Math.min(2, settings.poolSize()));
        pool.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
        return new DatabaseConnection(new HikariDataSource(pool));
    }

    private static void migrate(DatabaseSettings settings, String owner) throws SQLException, InterruptedException {
        var source = source(settings.url(), owner, settings.ownerPassword());
        boolean told = false;
        while (true) {
            try {
                Schema.migrate(source, settings.password());
                return;
            } catch (SQLException | FlywayException failed) {
                if (!isAway(failed)) {
                    throw failed;
                }
                if (!told) {
                    LOG.info("Waiting for the database at {}: {}", settings.url(), failed.getMessage());
                    told = true;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    /// Whether nobody answered, or a server that is starting, ending or just now recovering did.
    private static boolean isAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && refused.getSQLState() != null) {
                return refused.getSQLState().startsWith("08") || refused.getSQLState().startsWith("57P");
            }
        }
        return false;
    }

    private static void awaitSchema(DatabaseSettings settings) throws InterruptedException {
        var source = source(settings.url(), settings.user(), settings.password());
        boolean told = false;
        while (!isCurrent(source)) {
            if (!told) {
                LOG.info("Waiting for the database at {} and its schema, which another process brings up to date",
                        settings.url());
                told = true;
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean isCurrent(PGSimpleDataSource source) {
        try {
            return Schema.isCurrent(source);
        } catch (FlywayException notYet) {
            return false;
        }
    }

    private static PGSimpleDataSource source(String url, String user, String password) {
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName("postern");
        source.setConnectTimeout(10);
        source.setSocketTimeout(60);
        return source;
    }

    public Database database() {
        return database;
    }

    @Override
    public void close() {
        pool.close();
    }
}
