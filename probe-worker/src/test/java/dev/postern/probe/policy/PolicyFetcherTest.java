package dev.postern.probe.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.outbound.TrustedRoots;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import dev.postern.probe.dns.Dns;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.TlsEdge;
import dev.postern.testbed.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFetcherTest {

    private static final String HOST = "mta-sts.example.test";
    private static final String POLICY = "version: STSv1\nmode: testing\nmx: mx.example.test\nmax_age: 86400\n";
    private static final CertificateAuthority CA = CertificateAuthority.create();
    private static final Duration LONG = Duration.ofSeconds(30);
    private static X509ExtendedTrustManager trust;

    private AuthoritativeDns internet;
    private WebServer web;
    private TlsEdge edge;
    private Dns dns;

    @BeforeAll
    static void trustTheTestbed(@TempDir Path folder) throws IOException {
        trust = TrustedRoots.withFurther(Optional.of(Files.writeString(folder.resolve("roots.pem"), CA.rootPem())));
    }

    @BeforeEach
    void start() {
        internet = AuthoritativeDns.start().a(HOST, "127.0.0.1");
        web = WebServer.start().serve(POLICY);
        edge = TlsEdge.start(CA, web.port());
        dns = new Dns(List.of(internet.address()), Duration.ofMillis(500), 1);
    }

    @AfterEach
    void stop() {
        edge.close();
        web.close();
        internet.close();
    }

    @Test
    void fetchesThePolicyByteForByte() {
        assertThat(fetch()).isInstanceOfSatisfying(Answered.class, answered -> {
            assertThat(answered.status()).isEqualTo(200);
            assertThat(answered.contentType()).contains("text/plain");
            assertThat(answered.body()).isEqualTo(POLICY.getBytes(UTF_8));
        });
    }

    @Test
    void reportsStatusTypeAndBodyAsTheyAre() {
        web.serve(POLICY).status(404);
        assertThat(answered().status()).isEqualTo(404);

        web.serve(POLICY).contentType("text/html; charset=utf-8");
        assertThat(answered().contentType()).contains("text/html; charset=utf-8");

        web.serve(POLICY).contentType("");
        assertThat(answered().contentType()).isEmpty();

        web.serve("");
        assertThat(answered().body()).isEmpty();
    }

    @Test
    void followsNoRedirect() {
        web.serve(POLICY).redirect("https://" + HOST + ":" + edge.port() + "/.well-known/mta-sts.txt");

        assertThat(answered().status()).isEqualTo(301);
    }

    @Test
    void stopsReadingAfterTheLargestPolicyThereIs() {
        web.serve("0123456789").endlessBody();
        assertThat(answered().body()).hasSize(64 * 1024 + 1);

        web.serve("x".repeat(10_000_000));
        assertThat(answered().body()).hasSize(64 * 1024 + 1);
    }

    @Test
    void endsInTimeWhenTheBodyDrips() {
        web.serve("x".repeat(1000)).slowBody(Duration.ofMillis(100));

        assertThat(fetcher(Duration.ofSeconds(1), true).fetch(HOST)).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.fault()).isEqualTo(Fault.TIMEOUT));
    }

    @Test
    void endsInTimeWhenNobodySpeaks() throws IOException {
        try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var fetcher = new PolicyFetcher(dns, trust, mute.getLocalPort(), Duration.ofSeconds(1), true);

            assertThat(fetcher.fetch(HOST)).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.fault()).isEqualTo(Fault.TIMEOUT));
        }
    }

    @Test
    void tellsWhatIsWrongWithTheCertificate() {
        edge.present(HOST, CA.issue("www.example.test"));
        assertThat(fault()).isEqualTo(Fault.CERTIFICATE_NAME);
        edge.present(HOST, CA.expired(HOST));
        assertThat(fault()).isEqualTo(Fault.CERTIFICATE_EXPIRED);
        edge.present(HOST, CA.notYetValid(HOST));
        assertThat(fault()).isEqualTo(Fault.CERTIFICATE_EXPIRED);
        edge.present(HOST, CA.selfSigned(HOST));
        assertThat(fault()).isEqualTo(Fault.CERTIFICATE_NOT_TRUSTED);
        edge.present(HOST, CertificateAuthority.create().issue(HOST));
        assertThat(fault()).isEqualTo(Fault.CERTIFICATE_NOT_TRUSTED);
        edge.refuse(HOST);
        assertThat(fault()).isEqualTo(Fault.TLS);
        edge.healthy(HOST);
        assertThat(answered().status()).isEqualTo(200);
    }

    @Test
    void acceptsAWildcardForTheFirstLabelOnly() {
        edge.present(HOST, CA.issue("*.example.test"));
        assertThat(answered().status()).isEqualTo(200);

        for (String wrong : List.of("*.test", "*.mta-sts.example.test", "mta-*.example.test", "example.test",
                "127.0.0.1")) {
            edge.present(HOST, CA.issue(wrong));
            assertThat(fault()).as(wrong).isEqualTo(Fault.CERTIFICATE_NAME);
        }
    }

    @Test
    void tellsWhyThereIsNoConnection() throws IOException {
        web.serve(POLICY).brokenBody();
        assertThat(fault()).isEqualTo(Fault.NO_CONNECTION);

        int unused;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        assertThat(new PolicyFetcher(dns, trust, unused, LONG, true).fetch(HOST)).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.fault()).isEqualTo(Fault.NO_CONNECTION));
    }

    @Test
    void tellsAServerThatSpeaksNoTls() throws IOException {
        try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greet(plain));

            assertThat(new PolicyFetcher(dns, trust, plain.getLocalPort(), LONG, true).fetch(HOST))
                    .isInstanceOfSatisfying(Failed.class,
                            failed -> assertThat(failed.fault()).isEqualTo(Fault.TLS));
        }
    }

    private static void greet(ServerSocket server) {
        try (var client = server.accept()) {
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
            client.getInputStream().readAllBytes();
        } catch (IOException over) {
            throw new UncheckedIOException(over);
        }
    }

    @Test
    void tellsWhyThereIsNoAddress() {
        internet.remove(HOST, "A");
        assertThat(fetch()).isEqualTo(new Failed(Fault.NO_ADDRESS, "NXDOMAIN"));
        internet.servfail(HOST);
        assertThat(fault()).isEqualTo(Fault.DNS_UNKNOWN);
    }

    @Test
    void asksNoAddressThatIsNotPublic() {
        internet.a(HOST, "127.0.0.1", "169.254.169.254", "::1");

        assertThat(fetcher(LONG, false).fetch(HOST)).isEqualTo(new Failed(Fault.ADDRESS_NOT_PUBLIC,
                "127.0.0.1, 169.254.169.254, 0:0:0:0:0:0:0:1"));
    }

    @Test
    void triesTheNextAddressWhenOneDoesNotConnect() {
        internet.a(HOST, "127.0.0.2", "127.0.0.1");

        assertThat(answered().status()).isEqualTo(200);
    }

    private Answered answered() {
        return (Answered) fetch();
    }

    private Fault fault() {
        return ((Failed) fetch()).fault();
    }

    private PolicyFetch fetch() {
        return fetcher(LONG, true).fetch(HOST);
    }

    private PolicyFetcher fetcher(Duration limit, boolean privateAddressesToo) {
        return new PolicyFetcher(dns, trust, edge.port(), limit, privateAddressesToo);
    }
}
