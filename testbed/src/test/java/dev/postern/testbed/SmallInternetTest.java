package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class SmallInternetTest {

    private final SmallInternet internet = SmallInternet.start();

    @AfterEach
    void stop() {
        internet.close();
    }

    @Test
    void isHealthyByItself() throws Exception {
        var domain = internet.domain("Example.TEST");
        assertThat(ask("example.test", Type.MX)).containsExactly("10 mx.example.test.");
        assertThat(ask("_mta-sts.example.test", Type.TXT)).containsExactly("\"v=STSv1; id=testbed1;\"");
        assertThat(ask("_smtp._tls.example.test", Type.TXT))
                .containsExactly("\"v=TLSRPTv1; rua=mailto:tlsrpt@example.test;\"");
        assertThat(policy("example.test")).isEqualTo("""
                version: STSv1\r
                mode: enforce\r
                mx: mx.example.test\r
                max_age: 604800\r
                """);
        assertThat(certificateOf("mx.example.test")).isEqualTo("CN=mx.example.test,O=Postern Testbed");
        assertThat(internet.domain("example.test")).isSameAs(domain);
    }

    @Test
    void isBrokenInOnePlaceByOneCall() throws Exception {
        var domain = internet.domain("example.test").mx("mx1.example.test", "mx2.example.test");
        internet.mx("mx2.example.test").noStartTls();
        assertThat(ask("example.test", Type.MX)).containsExactly("10 mx1.example.test.", "20 mx2.example.test.");
        assertThat(policy("example.test")).contains("mx: mx1.example.test\r\nmx: mx2.example.test\r\n");
        assertThat(ehlo("mx1.example.test")).contains("250-STARTTLS");
        assertThat(ehlo("mx2.example.test")).doesNotContain("250-STARTTLS");

        domain.mxOnly("mx3.example.test");
        assertThat(ask("example.test", Type.MX)).containsExactly("10 mx3.example.test.");
        assertThat(policy("example.test")).doesNotContain("mx3");
        domain.nullMx();
        assertThat(ask("example.test", Type.MX)).containsExactly("0 .");

        domain.policy("version: STSv1\nmode: none\nmax_age: 1\n");
        assertThat(policy("example.test")).contains("mode: none");
        assertThat(ask("_mta-sts.example.test", Type.TXT)).containsExactly("\"v=STSv1; id=testbed3;\"");
        domain.tlsRpt("mailto:a@example.test", "https://example.test/");
        assertThat(ask("_smtp._tls.example.test", Type.TXT))
                .containsExactly("\"v=TLSRPTv1; rua=mailto:a@example.test,https://example.test/;\"");
        domain.withoutTlsRpt().withoutMtaSts();
        assertThat(ask("_smtp._tls.example.test", Type.TXT)).isEmpty();
        assertThat(ask("_mta-sts.example.test", Type.TXT)).isEmpty();
        assertThat(ask("mta-sts.example.test", Type.A)).isEmpty();
    }

    @Test
    void leadsToAnothersPolicyHost() throws Exception {
        try (var other = WebServer.start().serve("another's\n")) {
            internet.domain("example.test").policyHostedBy("mta-sts.hosting.test", other.port());
            assertThat(ask("mta-sts.example.test", Type.CNAME)).containsExactly("mta-sts.hosting.test.");
            assertThat(policy("example.test")).isEqualTo("another's\n");
        }
    }

    @Test
    void givesAnMxSeveralAddresses() throws Exception {
        internet.domain("example.test").mx("mx1.example.test");
        var second = internet.anotherAddress("mx1.example.test").greeting(554, "no");
        var third = internet.ipv6Address("mx1.example.test").greeting(421, "later");
        assertThat(ask("mx1.example.test", Type.A))
                .containsExactly(internet.mx("mx1.example.test").ip(), second.ip());
        assertThat(ask("mx1.example.test", Type.AAAA)).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(third.port()).isEqualTo(internet.mxPort());
    }

    @Test
    void showsOneVantagePointThePersonInTheMiddle() throws Exception {
        internet.domain("example.test").mx("mx1.example.test");
        var middle = internet.middlePersonBefore("mx1.example.test").strippingStartTls();
        var view = internet.view().a("mx1.example.test", middle.ip());

        assertThat(ehlo(internet.dns(), "mx1.example.test")).contains("250-STARTTLS");
        assertThat(ehlo(view, "mx1.example.test")).doesNotContain("250-STARTTLS");
        assertThat(internet.environment(view)).containsEntry("POSTERN_DNS_SERVERS", view.hostAndPort());

        internet.domain("later.test");
        assertThat(ask(view, "later.test", Type.MX)).containsExactly("10 mx.later.test.");
    }

    @Test
    void publishesTheKeyThatItsMxShows() throws Exception {
        internet.domain("example.test").mx("mx1.example.test");
        internet.publish(dns -> dns.sign("example.test"));
        var server = internet.dane("mx1.example.test");
        assertThat(ask("_25._tcp.mx1.example.test", Type.TLSA)).singleElement().asString().startsWith("3 1 1 ");
        try (var client = new SmtpClient(server.address()).upToStartTls()) {
            var key = client.handshake(internet.authority().trusting(), "mx1.example.test").getSession()
                    .getPeerCertificates()[0].getPublicKey();
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            assertThat(ask("_25._tcp.mx1.example.test", Type.TLSA).getFirst().replace(" ", "").toLowerCase(Locale.ROOT))
                    .endsWith(HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void tellsPosternWhereItIs(@TempDir Path folder) throws Exception {
        try (var other = SmallInternet.start(folder.resolve("internet"))) {
            assertThat(other.environment()).containsOnlyKeys("POSTERN_DNS_SERVERS", "POSTERN_TRUST_STORE",
                    "POSTERN_DNSSEC_ANCHORS", "POSTERN_PORT25_LANDMARKS", "POSTERN_POLICY_FETCH_PORT", "POSTERN_MX_PORT", "POSTERN_ALLOW_PRIVATE_ADDRESSES");
            assertThat(Path.of(other.environment().get("POSTERN_TRUST_STORE"))).hasContent(other.authority().rootPem());
        }
        Path own = Path.of(internet.environment().get("POSTERN_TRUST_STORE"));
        assertThat(own).exists();
        internet.close();
        assertThat(Files.exists(own.getParent())).isFalse();
    }

    @Test
    void holdsTwoThousandDomains() throws Exception {
        IntStream.range(0, 2000).forEach(i -> internet.domain("d" + i + ".test"));
        assertThat(ask("d1999.test", Type.MX)).containsExactly("10 mx.d1999.test.");
        assertThat(policy("d0.test")).contains("mx: mx.d0.test");
        assertThat(policy("d1999.test")).contains("mx: mx.d1999.test");
        assertThat(certificateOf("mx.d1999.test")).contains("CN=mx.d1999.test");
        assertThat(internet.sharedMx().connections()).isEqualTo(1);
    }

    private List<String> ask(String name, int type) throws IOException {
        return ask(internet.dns(), name, type);
    }

    private static List<String> ask(AuthoritativeDns dns, String name, int type) throws IOException {
        var query = Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
        return new SimpleResolver(dns.address()).send(query).getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == type).map(Record::rdataToString).toList();
    }

    private InetSocketAddress mx(AuthoritativeDns dns, String host) throws IOException {
        return new InetSocketAddress(InetAddress.ofLiteral(ask(dns, host, Type.A).getFirst()), internet.mxPort());
    }

    private List<String> ehlo(String host) throws IOException {
        return ehlo(internet.dns(), host);
    }

    private List<String> ehlo(AuthoritativeDns dns, String host) throws IOException {
        try (var client = new SmtpClient(mx(dns, host))) {
            client.answer();
            return client.say("EHLO client.test");
        }
    }

    private String certificateOf(String host) throws IOException {
        try (var client = new SmtpClient(mx(internet.dns(), host)).upToStartTls()) {
            return client.handshake(internet.authority().trusting(), host).getSession().getPeerPrincipal().getName();
        }
    }

    private String policy(String domain) throws IOException {
        String host = "mta-sts." + domain;
        try (var socket = (SSLSocket) internet.authority().trusting().getSocketFactory()
                .createSocket("127.0.0.1", internet.edge().port())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                    .formatted(host).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(answer.split("\r\n\r\n", 2)).toList().getLast();
        }
    }
}
