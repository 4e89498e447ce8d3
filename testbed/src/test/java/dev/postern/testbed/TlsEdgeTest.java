package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
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
        edge.present(host, CA.untrusted(host));
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
