package dev.postern.standalone.edge;

import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Pebble, the ACME server that Let's Encrypt makes for tests. It finds who has to prove a name by the small internet's
/// DNS, and asks at the ports of the edge instead of 80 and 443.
final class Pebble implements AutoCloseable {

    private static final Pattern VALIDATED = Pattern.compile("Pulled a task .*Value:\"([^\"]+)\"");

    private final Program program;
    private final HttpClient client;
    private final int port;
    private final int managementPort;
    private final Path httpsRoots;

    private Pebble(Program program, HttpClient client, int port, int managementPort, Path httpsRoots) {
        this.program = program;
        this.client = client;
        this.port = port;
        this.managementPort = managementPort;
        this.httpsRoots = httpsRoots;
    }

    /// @param httpsAuthority issues the certificate of its own interface, which has nothing to do with those it issues
    /// @param validity       of the certificates it issues
    static Pebble start(Path folder, CertificateAuthority httpsAuthority, AuthoritativeDns dns, EdgePorts ports,
                        Duration validity) throws IOException, InterruptedException {
        Path binary = Program.orSkip("pebble", "pebble");
        Files.createDirectories(folder);
        var identity = httpsAuthority.issue("localhost");
        Files.writeString(folder.resolve("certificate.pem"), identity.chainPem());
        Files.writeString(folder.resolve("key.pem"), identity.keyPem());
        Path roots = Files.writeString(folder.resolve("https-roots.pem"), httpsAuthority.rootPem());
        int port = EdgePorts.free();
        int management = EdgePorts.free();
        Path configuration = Files.writeString(folder.resolve("pebble.json"), """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "certificate.pem", "privateKey": "key.pem", "httpPort": %d, "tlsPort": %d,
                 "certificateValidityPeriod": %d}}
                """.formatted(port, management, ports.http(), ports.https(), validity.toSeconds()));
        var program = Program.start(folder.resolve("pebble.log"),
                Map.of("PEBBLE_VA_NOSLEEP", "1", "PEBBLE_AUTHZREUSE", "0"), List.of(binary.toString(), "-config",
                configuration.toString(), "-dnsserver", dns.hostAndPort()));
        var client = HttpClient.newBuilder().sslContext(httpsAuthority.trusting()).build();
        var pebble = new Pebble(program, client, port, management, roots);
        program.await(() -> pebble.answers(pebble.directory()) && pebble.answers(pebble.rootAddress()));
        return pebble;
    }

    /// Where ACME begins (RFC 8555 §7.1.1).
    URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    /// The root certificates that its own interface is to be trusted by.
    Path httpsRoots() {
        return httpsRoots;
    }

    /// The root of the certificates it issues; another one each time it starts.
    X509Certificate root() throws IOException, InterruptedException, GeneralSecurityException {
        var answer = client.send(HttpRequest.newBuilder(rootAddress()).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream pem = answer.body()) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    /// The names it was asked to validate, one for each time. An order without any would be none: nothing is remembered
    /// from an earlier one.
    List<String> ordered() {
        return VALIDATED.matcher(program.log()).results().map(found -> found.group(1)).toList();
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        program.close();
    }

    private URI rootAddress() {
        return URI.create("https://localhost:" + managementPort + "/roots/0");
    }

    private boolean answers(URI address) {
        try {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
