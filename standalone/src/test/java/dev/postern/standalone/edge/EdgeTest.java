package dev.postern.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.ingest.https.HttpReceiver;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.probe.ProbeSettings;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.standalone.Standalone;
import dev.postern.stream.Topics;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.SmallInternet;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// From a customer's CNAME to a policy that senders accept, and that nobody else gets a certificate.
class EdgeTest {

    private static final String PUBLIC_HOST = "postern.test";
    private static final String EDGE = "127.0.0.1";
    private static final String TOKEN = "postern_edge-test-token";
    private static final String UNUSED_NAME = "mta-sts.stranger.test";
    private static final Duration LONG = Duration.ofDays(90);
    /// Anything longer only takes longer: a certificate is renewed in the last third of its life.
    private static final Duration BRIEF = Duration.ofSeconds(9);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final CertificateAuthority ACME_HTTPS = CertificateAuthority.create();
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;
    private static SmallInternet internet;
    private static EdgePorts ports;
    private static Pebble pebble;
    private static Standalone postern;
    private static Customers customers;
    private static Tap policyHost;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path storage;
    private Caddy caddy;

    @BeforeAll
    static void start() throws Exception {
        Program.orSkip("caddy", "caddy");
        Program.orSkip("pebble", "pebble");
        internet = SmallInternet.start(folder.resolve("internet"));
        internet.publish(dns -> dns.a(PUBLIC_HOST, EDGE));
        ports = EdgePorts.choose();
        pebble = Pebble.start(folder.resolve("pebble"), ACME_HTTPS, internet.dns(), ports, LONG);
        var environment = new HashMap<>(internet.environment());
        environment.putAll(Map.of("POSTERN_DATA", folder.resolve("postern").toString(),
                "POSTERN_PORT", "0", "POSTERN_SMTP_PORT", "0", "POSTERN_REPORT_PORT", "0",
                "POSTERN_POLICY_HOST_PORT", "0",
                "POSTERN_PUBLIC_HOST", PUBLIC_HOST, "POSTERN_BOOTSTRAP_EMAIL", "edge@example.test",
                "POSTERN_BOOTSTRAP_PASSWORD", "long enough for a test", "POSTERN_BOOTSTRAP_TOKEN", TOKEN));
        // Postern asks policy hosts at the edge, and trusts what senders would.
        environment.put("POSTERN_POLICY_FETCH_PORT", Integer.toString(ports.https()));
        environment.put("POSTERN_TRUST_STORE", Files.writeString(folder.resolve("root.pem"),
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(pebble.root().getEncoded())
                        + "\n-----END CERTIFICATE-----\n").toString());
        postern = Standalone.start(environment);
        customers = new Customers(postern, internet, TOKEN);
        policyHost = Tap.before(postern.policyPort());
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[]{policyHost, postern, pebble, internet}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @BeforeEach
    void startEdge() throws Exception {
        caddy = edge(pebble.directory(), storage);
    }

    @AfterEach
    void stopEdge() throws Exception {
        caddy.close();
    }

    @Test
    void leadsFromACnameToAPolicyThatSendersAccept() throws Exception {
        String host = "mta-sts.customer.test";
        String target = customers.add("customer.test");
        customers.delegate("customer.test", target, EDGE);
        assertNoCertificate(host);
        assertThat(pebble.ordered()).as("nothing is ordered before there is a policy").doesNotContain(host);

        customers.publishPolicy("customer.test");
        var answer = Poll.until("the policy", () -> Optional.of(sender().policy(host)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.body())
                .isEqualTo("version: STSv1\r\nmode: testing\r\nmx: mx1.customer.test\r\nmax_age: 86400\r\n");
        assertThat(answer.certificate().getSubjectAlternativeNames()).containsExactly(List.of(2, host));
        assertThat(pebble.ordered()).containsOnlyOnce(host);
        assertThat(new PolicyFetcher(dns(), Sender.trustOnly(pebble.root()), ports.https(), PATIENCE, true).fetch(host))
                .isInstanceOfSatisfying(Answered.class, fetched -> {
                    assertThat(fetched.status()).isEqualTo(200);
                    assertThat(new String(fetched.body(), StandardCharsets.US_ASCII)).isEqualTo(answer.body());
                });
        customers.probeUntil("customer.test", "sts-policy-fetch", "PASS");
        assertThat(pebble.ordered()).as("one certificate serves them all").containsOnlyOnce(host);

        // Neither the name that the CNAME leads to nor the domain itself is a policy host.
        internet.publish(dns -> dns.a("customer.test", EDGE));
        assertNoCertificate(target);
        assertNoCertificate("customer.test");
        assertThat(pebble.ordered()).doesNotContain(target, "customer.test");

        // What is in its storage, an edge does not order again.
        caddy.close();
        caddy = edge(pebble.directory(), storage);
        assertThat(sender().policy(host).certificate()).isEqualTo(answer.certificate());
        assertThat(pebble.ordered()).containsOnlyOnce(host);
    }

    @Test
    void servesOnWhileTheCaIsAway() throws Exception {
        String host = ready("patient.test");
        caddy.close();
        var away = Pebble.start(folder.resolve("away"), ACME_HTTPS, internet.dns(), ports, LONG);
        var sender = new Sender(dns(), Sender.trustOnly(away.root()), ports.https(), InetAddress.ofLiteral(EDGE));
        caddy = edge(away.directory(), storage.resolve("away"));
        try (away) {
            Poll.untilTrue("the certificate", () -> sender.policy(host).status() == 200);
        }
        assertThat(sender.policy(host).status()).isEqualTo(200);
        caddy.close();
        caddy = edge(away.directory(), storage.resolve("away"));
        assertThat(sender.policy(host).status()).as("also after a restart").isEqualTo(200);
    }

    @Test
    void saysWhoFetchesWhateverTheClientClaims() throws Exception {
        String host = served("fetched.test");

        var elsewhere = new Sender(dns(), Sender.trustOnly(pebble.root()), ports.https(),
                InetAddress.ofLiteral("127.0.0.9"));
        var answer = elsewhere.policy(host, "X-Forwarded-For: 192.0.2.1, 192.0.2.2", "x-forwarded-for: 192.0.2.3",
                "Forwarded: for=192.0.2.4", "X-Forwarded-Proto: http", "X-Forwarded-Host: other.test",
                "User-Agent: somebody-elsewhere");

        assertThat(answer.status()).isEqualTo(200);
        String request = policyHost.requests().stream().filter(each -> each.contains("somebody-elsewhere")).findFirst()
                .orElseThrow();
        assertThat(request).startsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nHost: " + host).containsOnlyOnce("X-Forwarded-For: 127.0.0.9\r\n")
                .contains("X-Forwarded-Proto: https\r\n").doesNotContain("192.0.2.").doesNotContain("other.test");
    }

    @Test
    void showsThePolicyAndNothingElseOfThePolicyHost() throws Exception {
        String host = served("narrow.test");

        for (String path : List.of("/", "/health", "/allowed?domain=" + host, "/.well-known/",
                "/.well-known/../allowed", "/.well-known/mta-sts.txt/../../health",
                "/.well-known/mta-sts.txt%2f..%2f..%2fhealth", "//health")) {
            for (String requested : List.of(host, "localhost", "policy-host:8081")) {
                var answer = sender().get(host, requested, path);
                assertThat(answer.status()).as(requested + path).isIn(400, 404);
                assertThat(answer.body()).isEmpty();
            }
        }
        assertThat(policyHost.requests()).filteredOn(request -> !request.startsWith("GET /allowed?domain="))
                .allMatch(request -> request.startsWith("GET /.well-known/mta-sts.txt"));
    }

    @Test
    void servesThePagesAndTheReportReceiverUnderThePublicHost() throws Exception {
        // Ordered at the start, not on demand.
        Poll.untilTrue("the pages", () -> sender().get(PUBLIC_HOST, PUBLIC_HOST, "/").status() > 0);
        var page = sender().get(PUBLIC_HOST, PUBLIC_HOST, "/api/v1/openapi.json");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("\"openapi\"");
        var receiver = sender().get(PUBLIC_HOST, PUBLIC_HOST, "/v1/tlsrpt/nobody");
        assertThat(receiver.status()).as("a report is posted").isIn(404, 405);
        assertThat(receiver.header("Content-Type")).doesNotContain("html");
    }

    @Test
    void leadsFromHttpToHttpsAndTellsThatItRuns() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            for (String name : List.of(PUBLIC_HOST, UNUSED_NAME)) {
                var answer = client.send(HttpRequest.newBuilder(URI.create("http://" + EDGE + ":" + ports.http()
                                + "/.well-known/mta-sts.txt?x=1")).header("Host", name).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(308);
                assertThat(answer.headers().firstValue("Location")).hasValueSatisfying(location -> assertThat(location)
                        .startsWith("https://" + name).endsWith("/.well-known/mta-sts.txt?x=1"));
            }
            var health = URI.create("http://127.0.0.1:" + ports.health() + "/");
            assertThat(client.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode()).isEqualTo(200);
        }
    }

    @Test
    void ordersNothingForUnknownNamesHoweverManyAsk() throws Exception {
        String host = served("known.test");
        long asked = policyHost.asked();
        internet.publish(dns -> dns.a(UNUSED_NAME, EDGE));
        assertNoCertificate(UNUSED_NAME);

        IntStream.range(0, 300).forEach(i -> internet.publish(dns -> dns.a("mta-sts.flood" + i + ".test", EDGE)));
        try (var threads = Executors.newFixedThreadPool(16)) {
            var attempts = threads.invokeAll(IntStream.range(0, 300).<Callable<Void>>mapToObj(i -> () -> {
                assertNoCertificate("mta-sts.flood" + i + ".test");
                return null;
            }).toList());
            for (var attempt : attempts) {
                attempt.get();
            }
        }

        assertThat(pebble.ordered()).contains(host).doesNotContain(UNUSED_NAME)
                .noneMatch(name -> name.contains("flood"));
        assertThat(policyHost.asked() - asked).as("each was asked for").isGreaterThanOrEqualTo(301);
        assertThat(sender().policy(host).status()).isEqualTo(200);
    }

    @Test
    void ordersNothingForAPolicyThatWasWithdrawn() throws Exception {
        String host = served("leaving.test");
        withdraw("leaving.test");

        Poll.untilTrue("the policy to be gone", () -> sender().policy(host).status() == 404);
        assertThat(pebble.ordered()).containsOnlyOnce(host);

        // An edge that has no certificate of it yet gets none any more.
        caddy.close();
        caddy = edge(pebble.directory(), storage.resolve("fresh"));
        assertNoCertificate(host);
        assertThat(pebble.ordered()).containsOnlyOnce(host);
    }

    @Test
    void renewsWhatIsServedAndNothingElse() throws Exception {
        String host = ready("renewed.test");
        caddy.close();
        try (var brief = Pebble.start(folder.resolve("brief"), ACME_HTTPS, internet.dns(), ports, BRIEF);
             var _ = edge(brief.directory(), storage.resolve("brief"))) {
            var sender = new Sender(dns(), Sender.trustOnly(brief.root()), ports.https(), InetAddress.ofLiteral(EDGE));
            var first = Poll.until("the first", () -> Optional.of(sender.policy(host)));
            Poll.untilTrue("another", () -> !sender.policy(host).certificate().equals(first.certificate()));
            assertThat(sender.policy(host).body()).isEqualTo(first.body());

            withdraw("renewed.test");
            Poll.untilTrue("the policy to be gone", () -> sender.policy(host).status() == 404);
            var ordered = brief.ordered().stream().filter(host::equals).toList();
            Poll.untilTrue("the certificate to run out", () -> {
                try {
                    sender.policy(host);
                    return false;
                } catch (SSLException runOut) {
                    return true;
                }
            });
            assertThat(brief.ordered().stream().filter(host::equals)).hasSameSizeAs(ordered).hasSizeGreaterThan(1);
        }
        caddy = edge(pebble.directory(), storage);
    }

    /// Whether a handshake fails because there is no certificate; anything else that goes wrong is no proof.
    private static void assertNoCertificate(String host) {
        assertThatThrownBy(() -> sender().policy(host)).as(host).isInstanceOf(SSLException.class)
                .hasMessageContaining("internal_error");
    }

    /// A policy is published for the domain, and nobody has fetched it yet.
    ///
    /// @return its policy host
    private static String ready(String domain) throws Exception {
        customers.delegate(domain, customers.add(domain), EDGE);
        customers.publishPolicy(domain);
        String host = "mta-sts." + domain;
        awaitAllowed(host, 200);
        return host;
    }

    /// A policy is published for the domain and fetched.
    private static String served(String domain) throws Exception {
        String host = ready(domain);
        assertThat(sender().policy(host).status()).isEqualTo(200);
        return host;
    }

    /// As the outbox does when a retired domain is removed, weeks after the policy said "none".
    private static void withdraw(String domain) throws Exception {
        try (var producer = new KafkaProducer<byte[], byte[]>(Map.of("bootstrap.servers",
                postern.part(ProbeSettings.class).kafka()), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] key = domain.getBytes(StandardCharsets.US_ASCII);
            producer.send(new ProducerRecord<>(Topics.POLICY_PUBLISHED, key, null)).get();
        }
        awaitAllowed("mta-sts." + domain, 404);
    }

    /// Waits until the policy host answers the edge's question about a host with this status.
    private static void awaitAllowed(String host, int status) throws Exception {
        var question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + postern.policyPort()
                + "/allowed?domain=" + host)).build();
        try (var client = HttpClient.newHttpClient()) {
            Poll.untilTrue(status + " for " + host, () -> client.send(question,
                    HttpResponse.BodyHandlers.discarding()).statusCode() == status);
        }
    }

    private static Caddy edge(URI acme, Path storage) throws Exception {
        return Caddy.start(storage, acme, pebble.httpsRoots(), ports, Map.of("POSTERN_PUBLIC_HOST", PUBLIC_HOST,
                "POSTERN_EDGE_PAGES", "127.0.0.1:" + postern.webPort(),
                "POSTERN_EDGE_REPORTS", "127.0.0.1:" + postern.part(HttpReceiver.class).port(),
                "POSTERN_EDGE_POLICY_HOST", policyHost.address()));
    }

    private static Sender sender() throws Exception {
        return new Sender(dns(), Sender.trustOnly(pebble.root()), ports.https(), InetAddress.ofLiteral(EDGE));
    }

    private static Dns dns() {
        return new Dns(List.of(internet.dns().address()), Duration.ofSeconds(5), 2);
    }
}
