package dev.postern.dnswriter;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.InstallationKey;
import dev.postern.db.dns.DnsSchedule;
import dev.postern.db.dns.DnsSecrets;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The DNS writer, alone or inside another process.
public final class DnsWriter implements AutoCloseable {

    private final Rounds rounds;

    private DnsWriter(Rounds rounds) {
        this.rounds = rounds;
    }

    /// From the environment, until the process is told to stop.
    public static void main(String[] arguments) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(DnsWriter.class);
        try {
            var settings = new Settings(System.getenv());
            WriterSettings.from(settings);
            var databaseSettings = DatabaseSettings.from(settings);
            byte[] key = InstallationKey.readOrCreate(databaseSettings.keyFile());
            DatabaseConnection connection = DatabaseConnection.open(databaseSettings);
            DnsWriter writer = start(settings, connection.database(), new Secrets(key));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                writer.close();
                connection.close();
            }, "stop-dns-writer"));
            log.info("The DNS writer is running");
            // Its threads are virtual and keep no process alive.
            Thread.currentThread().join();
        } catch (InvalidSettingException | IOException | SQLException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }

    /// @param database stays the caller's to close, after this
    /// @throws InvalidSettingException when a setting is not allowed
    public static DnsWriter start(Settings settings, Database database, Secrets secrets) {
        WriterSettings own = WriterSettings.from(settings);
        var clock = Clock.systemUTC();
        var writer = new RecordWriter(database, new DnsSecrets(secrets), own, clock);
        return new DnsWriter(new Rounds(new DnsSchedule(database), writer, clock, own.concurrency()));
    }

    @Override
    public void close() {
        rounds.close();
    }
}
