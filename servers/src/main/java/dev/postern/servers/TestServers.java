package dev.postern.servers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// PostgreSQL and Kafka for tests: one of each per JVM, started when first asked for and stopped with the JVM.
///
/// `POSTERN_TEST_DATABASE_URL` (with `_USER` and `_PASSWORD`) and `POSTERN_TEST_KAFKA` name servers that run already;
/// else containers if a Docker engine answers within ten seconds and can start them; else the embedded servers.
public final class TestServers {

    /// A PostgreSQL to test against.
    ///
    /// @param user may create roles and databases
    public record Postgres(String url, String user, String password) {
    }

    private static final Duration DOCKER_WAIT = Duration.ofSeconds(10);
    private static final Duration IMAGE_WAIT = Duration.ofMinutes(3);

    private TestServers() {
    }

    public static Postgres postgres() {
        return PostgresHolder.POSTGRES;
    }

    /// `host:port` of a Kafka broker.
    public static String kafka() {
        return KafkaHolder.BOOTSTRAP;
    }

    private static final class PostgresHolder {
        static final Postgres POSTGRES = start();

        private static Postgres start() {
            String url = System.getenv().getOrDefault("POSTERN_TEST_DATABASE_URL", "");
            if (!url.isEmpty()) {
                return new Postgres(url, System.getenv().getOrDefault("POSTERN_TEST_DATABASE_USER", "postgres"),
                        System.getenv().getOrDefault("POSTERN_TEST_DATABASE_PASSWORD", ""));
            }
            if (DockerHolder.ANSWERS) {
                var container = new PostgreSQLContainer("postgres:18");
                if (within(IMAGE_WAIT, container::start)) {
                    return new Postgres(container.getJdbcUrl(), container.getUsername(), container.getPassword());
                }
            }
            EmbeddedPostgres embedded = EmbeddedPostgres.throwAway();
            Runtime.getRuntime().addShutdownHook(new Thread(embedded::close, "stop-postgres"));
            return new Postgres(embedded.url(), embedded.user(), "");
        }
    }

    private static final class KafkaHolder {
        static final String BOOTSTRAP = start();

        private static String start() {
            String given = System.getenv().getOrDefault("POSTERN_TEST_KAFKA", "");
            if (!given.isEmpty()) {
                return given;
            }
            if (DockerHolder.ANSWERS) {
                var container = new KafkaContainer("apache/kafka:4.2.0");
                if (within(IMAGE_WAIT, container::start)) {
                    return container.getBootstrapServers();
                }
            }
            EmbeddedKafka embedded = EmbeddedKafka.throwAway();
            Runtime.getRuntime().addShutdownHook(new Thread(embedded::close, "stop-kafka"));
            return embedded.bootstrapServers();
        }
    }

    private static final class DockerHolder {
        static final boolean ANSWERS = within(DOCKER_WAIT, () -> {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                throw new IllegalStateException("no Docker engine");
            }
        });
    }

    /// Whether the work ended well in time. An engine that can't pull images hangs, hence the limit.
    private static boolean within(Duration limit, Runnable work) {
        try {
            CompletableFuture.runAsync(work).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException notThere) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
