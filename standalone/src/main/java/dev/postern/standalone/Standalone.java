package dev.postern.standalone;

import dev.postern.app.AppUi;
import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.InstallationKey;
import dev.postern.db.secret.Secrets;
import dev.postern.dnswriter.DnsWriter;
import dev.postern.ingest.IngestWorker;
import dev.postern.policyhost.PolicyHost;
import dev.postern.policyhost.PolicyHostSettings;
import dev.postern.probe.ProbeWorker;
import dev.postern.servers.EmbeddedKafka;
import dev.postern.servers.EmbeddedPostgres;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// One running Postern: embedded servers, all workers, the pages and the policy host.
///
/// It starts what others rest on first and stops it last. An address given in the environment takes the place of an
/// embedded server.
public final class Standalone implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    @FunctionalInterface
    private interface Stop {
        void run() throws Exception;
    }

    private record Part(String name, Stop stop) {
    }

    private final Deque<Part> running = new ArrayDeque<>();
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();
    private ConfigurableApplicationContext pages;
    private PolicyHost policyHost;
    private final Clock clock;

    private Standalone(Clock clock) {
        this.clock = clock;
    }

    /// Starts from the environment; ends with the process.
    public static void main(String[] arguments) {
        try {
            Standalone postern = start(System.getenv());
            Runtime.getRuntime().addShutdownHook(new Thread(postern::close, "stop-postern"));
            System.out.println("\n  Postern is running: http://localhost:" + postern.webPort()
                    + "\n  Stop it with Ctrl-C; its data stays.\n");
        } catch (DataFolder.InUse | InvalidSettingException | PortInUseException refused) {
            System.err.println("\n  " + refused.getMessage() + "\n");
            System.exit(2);
        } catch (Exception failed) {
            LOG.error("Postern did not start: {}", failed.getMessage(), failed);
            System.exit(1);
        }
    }

    /// @param environment `POSTERN_…` variables
    /// @throws DataFolder.InUse        when another process holds the data folder
    /// @throws InvalidSettingException when a setting is not allowed
    public static Standalone start(Map<String, String> environment) throws Exception {
        return start(environment, Clock.systemUTC());
    }

    /// The same by a clock of one's own, which a test moves to see what time brings.
    static Standalone start(Map<String, String> environment, Clock clock) throws Exception {
        var postern = new Standalone(clock);
        try {
            postern.startAll(environment);
            return postern;
        } catch (Exception failed) {
            postern.close();
            throw failed;
        }
    }

    private void startAll(Map<String, String> environment) throws Exception {
        var data = DataFolder.take(new Settings(environment).get(StandaloneSettings.DATA));
        running.push(new Part("data folder", data::close));
        var settings = new Settings(withServers(environment, data));
        var databaseSettings = DatabaseSettings.from(settings);
        byte[] key = InstallationKey.readOrCreate(databaseSettings.keyFile());
        var tokens = new ReportTokens(key);
        var secrets = new Secrets(key);
        DatabaseConnection connection = connect(databaseSettings);
        running.push(new Part("database connections", connection::close));
        policyHost = PolicyHost.start(PolicyHostSettings.from(settings), clock);
        running.push(new Part("policy host", policyHost::close));
        run("ingest worker", IngestWorker.application(settings, connection.database(), tokens, secrets));
        run("probe worker", ProbeWorker.application(settings, connection.database()));
        var dnsWriter = DnsWriter.start(settings, connection.database(), secrets);
        running.push(new Part("DNS writer", dnsWriter::close));
        pages = run("pages", AppUi.application(settings, connection.database(), tokens, secrets));
    }

    /// Each worker has a context of its own, as in a process of its own.
    private ConfigurableApplicationContext run(String name, SpringApplication application) {
        // Stopped by close(), in order, before the servers below it.
        application.setRegisterShutdownHook(false);
        application.setLogStartupInfo(false);
        application.addInitializers(context -> ((GenericApplicationContext) context).registerBean("clock of the process",
                Clock.class, () -> clock, definition -> definition.setPrimary(true)));
        ConfigurableApplicationContext context = application.run();
        running.push(new Part(name, context::close));
        contexts.add(context);
        return context;
    }

    /// The environment with the addresses of embedded servers where it names none.
    private Map<String, String> withServers(Map<String, String> environment, DataFolder data) {
        var completed = new HashMap<>(environment);
        completed.putIfAbsent(DatabaseSettings.KEY_FILE.name(), data.resolve("secret.key").toString());
        if (!environment.containsKey(DatabaseSettings.URL.name())) {
            LOG.info("Starting PostgreSQL");
            var postgres = EmbeddedPostgres.durable(data.resolve("postgres"));
            running.push(new Part("PostgreSQL", postgres::close));
            completed.put(DatabaseSettings.URL.name(), postgres.url());
            completed.put(DatabaseSettings.OWNER_USER.name(), postgres.user());
            completed.put(DatabaseSettings.OWNER_PASSWORD.name(), "");
        }
        if (!environment.containsKey(PolicyHostSettings.KAFKA.name())) {
            LOG.info("Starting Kafka");
            var kafka = EmbeddedKafka.durable(data.resolve("kafka"));
            running.push(new Part("Kafka", kafka::close));
            completed.put(PolicyHostSettings.KAFKA.name(), kafka.bootstrapServers());
        }
        return completed;
    }

    private static DatabaseConnection connect(DatabaseSettings settings) throws IOException, SQLException {
        try {
            return DatabaseConnection.open(settings);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while waiting for the database", interrupted);
        }
    }

    /// Port of the web pages and the REST API.
    public int webPort() {
        return ((WebServerApplicationContext) pages).getWebServer().getPort();
    }

    public int policyPort() {
        return policyHost.port();
    }

    /// A part of whichever worker has it.
    ///
    /// @throws java.util.NoSuchElementException when none has
    public <T> T part(Class<T> type) {
        return contexts.stream().flatMap(context -> context.getBeanProvider(type).stream()).findFirst().orElseThrow();
    }

    @Override
    public synchronized void close() {
        while (!running.isEmpty()) {
            Part part = running.pop();
            try {
                part.stop().run();
            } catch (Exception failed) {
                // One part that fails to stop must not keep the others running.
                LOG.warn("{} did not stop cleanly: {}", part.name(), failed.toString());
            }
        }
    }
}
