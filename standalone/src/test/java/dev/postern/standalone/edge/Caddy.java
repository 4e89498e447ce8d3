package dev.postern.standalone.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Caddy with the Caddyfile that is shipped; only its environment says that it is not in production.
final class Caddy implements AutoCloseable {

    private final Program program;

    private Caddy(Program program) {
        this.program = program;
    }

    /// The file that `docker-compose.yml` mounts.
    static Path caddyfile() {
        return Path.of("..", "deploy", "Caddyfile").toAbsolutePath().normalize();
    }

    /// @param storage    of its certificates; kept
    /// @param acme       the directory of the ACME server
    /// @param httpsRoots what the ACME server's own certificate leads to
    /// @param upstreams  the `POSTERN_EDGE_…` variables that say where Postern's servers are, and its public host
    static Caddy start(Path storage, URI acme, Path httpsRoots, EdgePorts ports, Map<String, String> upstreams)
            throws IOException, InterruptedException {
        Path binary = Program.orSkip("caddy", "caddy");
        Files.createDirectories(storage);
        var environment = new HashMap<>(upstreams);
        environment.putAll(Map.of(
                "XDG_DATA_HOME", storage.toString(),
                "XDG_CONFIG_HOME", storage.resolve("config").toString(),
                "HOME", storage.toString(),
                // Read by Go itself, in place of the system's roots.
                "SSL_CERT_FILE", httpsRoots.toString(),
                "POSTERN_ACME_DIRECTORY", acme.toString(),
                "POSTERN_EDGE_HTTP_PORT", Integer.toString(ports.http()),
                "POSTERN_EDGE_HTTPS_PORT", Integer.toString(ports.https()),
                "POSTERN_EDGE_HEALTH_PORT", Integer.toString(ports.health()),
                "POSTERN_EDGE_OPTIONS", "default_bind 127.0.0.1"));
        var program = Program.start(storage.resolve("caddy.log"), environment, List.of(binary.toString(), "run",
                "--config", caddyfile().toString(), "--adapter", "caddyfile"));
        program.await(() -> listens(ports.http()) && listens(ports.https()) && listens(ports.health()));
        return new Caddy(program);
    }

    String log() {
        return program.log();
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
