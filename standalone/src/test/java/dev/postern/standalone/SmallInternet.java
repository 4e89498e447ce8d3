package dev.postern.standalone;

import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.TlsEdge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// DNS, a certificate authority and a TLS edge on loopback, and the settings that make Postern live in them.
final class SmallInternet implements AutoCloseable {

    static final String PUBLIC_HOST = "postern.test";

    final AuthoritativeDns dns;
    private final TlsEdge edge;
    private final Map<String, String> environment = new HashMap<>();

    private SmallInternet(AuthoritativeDns dns, TlsEdge edge) {
        this.dns = dns;
        this.edge = edge;
    }

    static SmallInternet start(Path data) throws Exception {
        var ca = CertificateAuthority.create();
        int policyPort = freePort();
        var internet = new SmallInternet(AuthoritativeDns.start(), TlsEdge.start(ca, policyPort));
        Path roots = Files.writeString(Files.createDirectories(data).resolve("testbed-root.pem"), ca.rootPem());
        internet.environment.putAll(Map.of(
                "POSTERN_DATA", data.resolve("postern").toString(),
                "POSTERN_PORT", "0", "POSTERN_SMTP_PORT", "0", "POSTERN_REPORT_PORT", "0",
                "POSTERN_POLICY_HOST_PORT", Integer.toString(policyPort),
                "POSTERN_PUBLIC_HOST", PUBLIC_HOST,
                "POSTERN_DNS_SERVERS", internet.dns.hostAndPort(),
                "POSTERN_ALLOW_PRIVATE_ADDRESSES", "true",
                "POSTERN_TRUST_STORE", roots.toString(),
                "POSTERN_POLICY_FETCH_PORT", Integer.toString(internet.edge.port())));
        return internet;
    }

    Map<String, String> environment() {
        return environment;
    }

    /// A free port; the system gives it to nobody else for a while.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static int smtpPort(Standalone postern) {
        return postern.part(SmtpReceiver.class).port();
    }

    static int reportPort(Standalone postern) {
        return postern.part(HttpReceiver.class).port();
    }

    @Override
    public void close() throws Exception {
        edge.close();
        dns.close();
    }
}
