package dev.postern.app;

import dev.postern.app.domain.Domains;
import dev.postern.app.security.ApiTokens;
import dev.postern.app.security.SignUp;
import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Role;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.servers.TestServers;
import dev.postern.settings.Settings;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole application on real servers, asked over HTTP.
public final class TestApp implements AutoCloseable {

    public static final String EMAIL = "owner@bootstrap.example";
    public static final String PASSWORD = "correct horse battery";
    public static final String TOKEN = "bootstrap-token-for-tests";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private TestApp(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// One for all tests of the JVM.
    public static TestApp shared() {
        return Shared.APP;
    }

    private static final class Shared {
        static final TestApp APP = start();

        private static TestApp start() {
            createTopic("tlsrpt.received");
            TestApp app = TestApp.start(TestServers.kafka());
            Runtime.getRuntime().addShutdownHook(new Thread(app::close));
            return app;
        }
    }

    /// Another one, with a Kafka of its own or none.
    public static TestApp start(String kafka) {
        var settings = new Settings(Map.of("POSTERN_PORT", "0", "POSTERN_KAFKA", kafka,
                "POSTERN_PUBLIC_HOST", "postern.example",
                "POSTERN_BOOTSTRAP_EMAIL", EMAIL, "POSTERN_BOOTSTRAP_PASSWORD", PASSWORD,
                "POSTERN_BOOTSTRAP_TOKEN", TOKEN));
        return new TestApp(AppUi.application(settings, database(), new ReportTokens(new byte[32]), new Secrets(new byte[32])).run());
    }

    public static Database database() {
        return Connection.CONNECTION.database();
    }

    private static final class Connection {
        static final DatabaseConnection CONNECTION = open();

        private static DatabaseConnection open() {
            var postgres = TestServers.postgres();
            try {
                return DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "app",
                        Optional.of(postgres.user()), postgres.password(), 10, Path.of("unused")));
            } catch (SQLException | InterruptedException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private static void createTopic(String name) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
            admin.createTopics(java.util.List.of(new NewTopic(name, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "" + 22 * 1024 * 1024)))).all().get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(failed);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /// A fresh organisation with an API token.
    public record Organisation(Domains.Actor actor, String email, String token) {
    }

    public Organisation organisation() {
        String email = "owner@o" + UUID.randomUUID().toString().substring(0, 8) + ".example";
        var done = (SignUp.Result.Done) bean(SignUp.class).signUp(email, PASSWORD, "Organisation of " + email);
        var actor = new Domains.Actor(done.user().tenant(), email, Role.OWNER);
        var issued = (ApiTokens.Issue.Issued) bean(ApiTokens.class).issue(actor, "test", Role.ADMIN, Optional.empty());
        return new Organisation(actor, email, issued.secret());
    }

    /// A domain name that no other test uses.
    public static String freshDomain() {
        return "d" + UUID.randomUUID().toString().replace("-", "").substring(0, 12) + ".example";
    }

    public record Answer(int status, java.net.http.HttpHeaders headers, byte[] bytes) {

        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(bytes);
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        @Override
        public String toString() {
            return status + " " + headers.map() + "\n" + body();
        }
    }

    public Answer get(String token, String path) {
        return send("GET", path, Map.of("Authorization", "Bearer " + token), new byte[0]);
    }

    public Answer json(String method, String token, String path, String body) {
        return send(method, path, Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer send(String method, String path, Map<String, String> headers, byte[] body) {
        var request = HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofMinutes(1))
                .method(method, body.length == 0 ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        new HashMap<>(headers).forEach(request::header);
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public String address() {
        return "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
    }

    /// Asks again and again until there is a value; fails after some seconds.
    public static <T> T await(String what, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
