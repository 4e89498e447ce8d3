package dev.postern.bench.ingest;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.IngestWorker;
import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.servers.EmbeddedKafka;
import dev.postern.servers.EmbeddedPostgres;
import dev.postern.settings.Settings;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.token.ReportTokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// The part of a standalone Postern that takes reports in, as a process: the embedded PostgreSQL and Kafka, both flushing
/// to disk before they acknowledge, the receivers and the recorder.
///
/// It makes some domains and prints where everything is, a `name=value` a line, then an empty line. Then it takes
/// commands, one a line, and answers each with lines and an empty one: `record` and `rest` start and stop the recorder,
/// `cpu` tells the processor time of each group of threads, `profile` and `profiled` sample what they do. It ends with
/// its input.
public final class Installation {

    static final String HOST = "reports.test";

    private final PrintStream out;
    private final Settings settings;
    private final DatabaseConnection connection;
    private final Secrets secrets;
    private Optional<ConfigurableApplicationContext> recording = Optional.empty();
    private final Optional<Statements> statements;
    private Optional<Sampling> sampling = Optional.empty();

    private Installation(PrintStream out, Settings settings, DatabaseConnection connection, Secrets secrets,
                         Optional<Statements> statements) {
        this.out = out;
        this.settings = settings;
        this.connection = connection;
        this.secrets = secrets;
        this.statements = statements;
    }

    /// @param words the data folder, how many domains, of how many organisations, the DNS server, and whether statements
    ///              are to be counted
    public static void main(String[] words) throws Exception {
        PrintStream out = System.out;
        // Whatever a library prints is not for the one who reads our lines.
        System.setOut(System.err);
        Path data = Path.of(words[0]);
        boolean counting = Boolean.parseBoolean(words[4]);
        if (counting) {
            Statements.count(data.resolve("postgres"));
        }
        try (var postgres = EmbeddedPostgres.durable(data.resolve("postgres"));
             var kafka = EmbeddedKafka.durable(data.resolve("kafka"))) {
            var settings = new Settings(Map.of("POSTERN_DATABASE_URL", postgres.url(),
                    "POSTERN_DATABASE_OWNER_USER", postgres.user(), "POSTERN_KAFKA", kafka.bootstrapServers(),
                    "POSTERN_PUBLIC_HOST", HOST, "POSTERN_SMTP_PORT", "0", "POSTERN_REPORT_PORT", "0",
                    "POSTERN_DNS_SERVERS", words[3], "POSTERN_DATABASE_PASSWORD", "bench"));
            var key = new byte[32];
            new SecureRandom().nextBytes(key);
            var tokens = new ReportTokens(key);
            try (var connection = DatabaseConnection.open(DatabaseSettings.from(settings));
                 var receiving = run(IngestWorker.receiving(settings, tokens));
                 var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                out.println("url=" + postgres.url());
                out.println("user=" + postgres.user());
                out.println("http=" + receiving.getBean(HttpReceiver.class).port());
                out.println("smtp=" + receiving.getBean(SmtpReceiver.class).port());
                List<String> addresses = domains(connection.database(), tokens, Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]));
                for (int i = 0; i < addresses.size(); i++) {
                    out.println("address" + i + "=" + addresses.get(i));
                }
                out.println();
                var installation = new Installation(out, settings, connection, new Secrets(key),
                        counting ? Optional.of(Statements.of(postgres)) : Optional.empty());
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    installation.carryOut(line);
                    out.println();
                }
                installation.rest();
            }
        }
    }

    private static ConfigurableApplicationContext run(SpringApplication application) {
        application.setRegisterShutdownHook(false);
        application.setLogStartupInfo(false);
        return application.run();
    }

    private void carryOut(String command) throws IOException, SQLException {
        switch (command) {
            case "record" -> recording = Optional.of(run(IngestWorker.recording(settings, connection.database(), secrets)));
            case "rest" -> rest();
            case "cpu" -> ThreadGroups.cpu().forEach((group, nanos) -> out.println(group + "=" + nanos));
            case "profile" -> {
                statements.orElseThrow().forget();
                sampling = Optional.of(Sampling.start());
            }
            case "profiled" -> {
                sampling.orElseThrow().stop().forEach(out::println);
                statements.orElseThrow().told().forEach(out::println);
            }
            default -> throw new IOException("there is no command " + command);
        }
    }

    private void rest() {
        recording.ifPresent(ConfigurableApplicationContext::close);
        recording = Optional.empty();
    }

    private static List<String> domains(Database database, ReportTokens tokens, int domains, int tenants) {
        var addresses = new String[domains];
        var random = new SecureRandom();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        for (int tenant = 0; tenant < tenants; tenant++) {
            var id = UUID.randomUUID();
            new AccountStore(database).signUp(new Account(UUID.randomUUID(), id + "@example.test", "-"), id, "Bench", now);
            int first = tenant;
            database.useTenant(id, session -> {
                for (int i = first; i < domains; i += tenants) {
                    var bytes = new byte[ReportTokens.RANDOM_BYTES];
                    random.nextBytes(bytes);
                    addresses[i] = tokens.issue(bytes);
                    var domain = new MailDomain(UUID.randomUUID(), new DomainName(Corpus.domain(i)), Phase.TESTING, now,
                            PolicyHosting.POSTERN, UUID.randomUUID().toString(), addresses[i], Optional.empty(),
                            Optional.empty(), Optional.empty(), now, List.of(), Optional.empty(), Set.of());
                    session.domains().add(domain);
                    session.domains().markVerified(domain.id(), OwnershipProof.TXT_RECORD, now);
                    session.domains().probed(domain.id(), now, Optional.of(List.of(Corpus.mx(i, 1), Corpus.mx(i, 2),
                            Corpus.mx(i, 3))));
                }
            });
        }
        return List.of(addresses);
    }
}
