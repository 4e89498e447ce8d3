package dev.postern.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A real PostgreSQL whose binaries come from Maven Central, with its data in a folder.
///
/// Unlike the library's default, which is meant for throw-away tests, it is durable: fsync and synchronous commit are
/// on. The process that holds it may be killed; the next start stops the server that was left behind.
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String SUPERUSER = "postgres";
    private static final Duration STOP_WAIT = Duration.ofSeconds(30);

    private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;

    private EmbeddedPostgres(io.zonky.test.db.postgres.embedded.EmbeddedPostgres server) {
        this.server = server;
    }

    /// Starts a server that keeps its data.
    ///
    /// @param data folder of the data; made when absent
    public static EmbeddedPostgres durable(Path data) {
        return durable(data, 0);
    }

    /// The same at a port that others know.
    ///
    /// @param port 0 for a free one
    public static EmbeddedPostgres durable(Path data, int port) {
        try {
            Files.createDirectories(data.toAbsolutePath().getParent());
            stopServerLeftBehind(data);
            return start(data, data.resolveSibling("postgres-programs"), port, false, "on");
        } catch (IOException failed) {
            throw new UncheckedIOException("PostgreSQL did not start in " + data, failed);
        }
    }

    /// Starts a server for tests or code generation: its data is removed when it stops, and not flushed to disk.
    public static EmbeddedPostgres throwAway() {
        try {
            return start(Files.createTempDirectory("postern-postgres"),
                    Path.of(System.getProperty("java.io.tmpdir"), "postern-postgres-programs-"
                            + System.getProperty("user.name")), 0, true, "off");
        } catch (IOException failed) {
            throw new UncheckedIOException("PostgreSQL did not start", failed);
        }
    }

    /// @param programs where the binaries are unpacked: never a folder that another user could have filled
    /// @param port     0 for a free one
    private static EmbeddedPostgres start(Path data, Path programs, int port, boolean clean, String flush)
            throws IOException {
        return new EmbeddedPostgres(io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(programs.toFile())
                .setCleanDataDirectory(clean)
                .setServerConfig("fsync", flush)
                .setServerConfig("synchronous_commit", flush)
                .setServerConfig("full_page_writes", flush)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "200")
                .setPGStartupWait(Duration.ofSeconds(60))
                // The driver's JVM may be killed; that must not leave a lock that the next start trips over.
                .setRegisterShutdownHook(false)
                .start());
    }

    /// A killed JVM leaves its postgres running, and a second server on the same data would be refused. This one's own
    /// child is found by the pid file and asked to shut down in the fast mode.
    private static void stopServerLeftBehind(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        Optional<ProcessHandle> server = lines.isEmpty() ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
        // The number may have gone to another process since: only a postgres is stopped.
        Optional<ProcessHandle> left = server.filter(handle -> handle.info().command()
                .map(command -> command.endsWith("postgres")).orElse(false));
        if (left.isPresent()) {
            stopFast(left.get());
        }
        Files.deleteIfExists(pidFile);
    }

    private static void stopFast(ProcessHandle postgres) throws IOException {
        // SIGINT is PostgreSQL's fast shutdown: it rolls back what is open and writes a checkpoint.
        new ProcessBuilder("kill", "-INT", Long.toString(postgres.pid())).inheritIO().start();
        try {
            postgres.onExit().get(STOP_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("the PostgreSQL left behind (process " + postgres.pid() + ") does not stop", slow);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL stopped", interrupted);
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IOException(impossible);
        }
    }

    /// Address of the server's one database, for the driver.
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    /// The superuser; it needs no password from this machine's loopback.
    public String user() {
        return SUPERUSER;
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("PostgreSQL did not stop cleanly", failed);
        }
    }
}
