package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsEdgeTest {

    private static final CertificateAuthority CA = CertificateAuthority.create();
    private static final String REQUEST =
            "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";

    private WebServer web;
    private TlsEdge edge;

    @BeforeEach
    void start() {
        web = WebServer.start().serve("version: STSv1\n");
        edge = TlsEdge.start(CA, web.port());
    }

    @AfterEach
    void stop() {
        edge.close();
        web.close();
    }

    @Test
    void issuesACertificateForWhateverHostIsAskedFor() throws Exception {
        for (String host : List.of("mta-sts.example.test", "mta-sts.other.test")) {
            try (var socket = connect(host)) {
                assertThat(names(socket)).containsExactly(host);
                assertThat(get(socket, host)).startsWith("HTTP/1.1 200").endsWith("version: STSv1\n");
            }
        }
    }

    @Test
    void leadsAHostToItsOwnServer() throws IOException {
        try (var own = WebServer.start().serve("its own\n")) {
            edge.route("MTA-STS.own.test", own.port());
            try (var socket = connect("mta-sts.own.test")) {
                assertThat(get(socket, "mta-sts.own.test")).endsWith("its own\n");
            }
            try (var socket = connect("mta-sts.example.test")) {
                assertThat(get(socket, "mta-sts.example.test")).endsWith("version: STSv1\n");
            }
        }
    }

    @Test
    void presentsAFaultyCertificateAndAGoodOneAgain() throws Exception {
        String host = "mta-sts.example.test";
        edge.present(host, CA.expired(host));
        assertThatThrownBy(() -> connect(host)).hasRootCauseInstanceOf(CertificateExpiredException.class);
        edge.present(host, CA.notYetValid(host));
        assertThatThrownBy(() -> connect(host)).hasRootCauseInstanceOf(CertificateNotYetValidException.class);
        edge.present(host, CA.selfSigned(host));
        assertThatThrownBy(() -> connect(host)).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("PKIX path");
        edge.present(host, CA.issue("www.example.test"));
        try (var socket = connect(host)) {
            assertThat(names(socket)).containsExactly("www.example.test");
        }
        edge.refuse(host);
        assertThatThrownBy(() -> connect(host)).isInstanceOf(SSLException.class);
        edge.healthy(host);
        try (var socket = connect(host)) {
            assertThat(names(socket)).containsExactly(host);
        }
    }

    @Test
    void failsInTheHandshakeOfOneHostOnly() throws Exception {
        String host = "mta-sts.example.test";
        edge.resetInHandshake(host);
        assertThatThrownBy(() -> connect(host)).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        edge.healthy(host).onlyTls10(host);
        assertThatThrownBy(() -> connect(host)).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("protocol_version");
        edge.onlyTls11(host);
        assertThatThrownBy(() -> connect(host)).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("protocol_version");
        edge.onlyTls12(host);
        try (var socket = connect(host)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        edge.silentInHandshake(host);
        try (var other = connect("mta-sts.other.test")) {
            assertThat(other.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
        assertThat(edge.connections()).isEqualTo(5);
    }

    @Test
    void knowsNothingOfServerNames() throws Exception {
        edge.withoutServerNames(CA.issue("hosting.test"));
        try (var socket = connect("mta-sts.example.test")) {
            assertThat(names(socket)).containsExactly("hosting.test");
            assertThat(get(socket, "mta-sts.example.test")).endsWith("version: STSv1\n");
        }
        edge.healthy();
        try (var socket = connect("mta-sts.example.test")) {
            assertThat(names(socket)).containsExactly("mta-sts.example.test");
        }
    }

    @Test
    void staplesWhatComesWithTheCertificate() throws Exception {
        String host = "mta-sts.example.test";
        var identity = CA.revoked(host);
        edge.present(host, identity);
        try (var socket = connect(host)) {
            assertThat(((ExtendedSSLSession) socket.getSession()).getStatusResponses())
                    .containsExactly(identity.staple().orElseThrow());
        }
    }

    @Test
    void isAsFarAwayAsItIsTold() throws Exception {
        var roundTrip = Duration.ofMillis(60);
        edge.delay(roundTrip);
        long start = System.nanoTime();
        try (var socket = connect("mta-sts.example.test")) {
            get(socket, "mta-sts.example.test");
        }
        // TCP, TLS 1.3 and the request.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(roundTrip.multipliedBy(3));
    }

    private SSLSocket connect(String host) throws IOException {
        var socket = (SSLSocket) CA.trusting().getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), edge.port());
        try {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static String get(SSLSocket socket, String host) throws IOException {
        socket.getOutputStream().write(REQUEST.formatted(host).getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> names(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames().stream()
                .map(name -> (String) name.get(1)).toList();
    }
}
