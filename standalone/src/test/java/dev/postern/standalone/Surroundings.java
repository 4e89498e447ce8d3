package dev.postern.standalone;

import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.SmallInternet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A small internet with two MXs, a TLS edge before Postern's policy host, and the settings that make Postern live there.
final class Surroundings implements AutoCloseable {

    static final String PUBLIC_HOST = "postern.test";

    private final SmallInternet internet;
    private final Map<String, String> environment = new HashMap<>();

    private Surroundings(SmallInternet internet) {
        this.internet = internet;
    }

    static Surroundings start(Path data) throws IOException {
        var around = new Surroundings(SmallInternet.start(data.resolve("internet")));
        int policyPort = freePort();
        around.internet.mx("mx1.example.test");
        around.internet.mx("mx2.example.test");
        around.internet.edge().route("mta-sts.example.test", policyPort);
        around.environment.putAll(around.internet.environment());
        around.environment.putAll(Map.of(
                "POSTERN_DATA", data.resolve("postern").toString(),
                "POSTERN_PORT", "0", "POSTERN_SMTP_PORT", "0", "POSTERN_REPORT_PORT", "0",
                "POSTERN_POLICY_HOST_PORT", Integer.toString(policyPort),
                "POSTERN_PUBLIC_HOST", PUBLIC_HOST));
        return around;
    }

    AuthoritativeDns dns() {
        return internet.dns();
    }

    SmallInternet internet() {
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
    public void close() {
        internet.close();
    }
}
