package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SmtpServerTest {

    private static final CertificateAuthority CA = CertificateAuthority.create();
    private static final String MX = "mx1.example.test";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Loopback loopback = Loopback.reserve();
    private final SmtpServer server = SmtpServer.start(CA, MX, loopback.next());

    @AfterEach
    void stop() {
        server.close();
        loopback.close();
    }

    @Test
    void takesMailThroughTls() throws Exception {
        try (var client = client()) {
            assertThat(client.answer()).containsExactly("220 mx1.example.test ESMTP");
            assertThat(client.say("EHLO client.test")).contains("250-STARTTLS", "250-PIPELINING");
            assertThat(client.say("STARTTLS").getFirst()).startsWith("220 ");
            var tls = client.handshake(CA.trusting(), MX);
            assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(client.say("MAIL FROM:<a@client.test>").getFirst()).startsWith("503 ");
            assertThat(client.say("EHLO client.test")).noneMatch(line -> line.contains("STARTTLS"));
            // Pipelined, as a sender does where it may (RFC 2920).
            client.write("MAIL FROM:<a@client.test> SIZE=100\r\nRCPT TO:<b@example.test>\r\n"
                    + "rcpt to:<c@example.test>\r\nDATA\r\n");
            assertThat(List.of(client.answer(), client.answer(), client.answer(), client.answer()))
                    .extracting(answer -> answer.getFirst().substring(0, 3))
                    .containsExactly("250", "250", "250", "354");
            assertThat(client.say("Subject: Hello\r\n\r\n..dot\r\nend\r\n.").getFirst()).startsWith("250 ");
            assertThat(client.say("NOOP").getFirst()).startsWith("250 ");
            assertThat(client.say("RSET").getFirst()).startsWith("250 ");
            assertThat(client.say("QUIT").getFirst()).startsWith("221 ");
            assertThat(client.read()).isEqualTo(-1);
        }
        var message = server.delivered().getFirst();
        assertThat(message.from()).isEqualTo("a@client.test");
        assertThat(message.recipients()).containsExactly("b@example.test", "c@example.test");
        assertThat(message.text()).isEqualTo("Subject: Hello\r\n\r\n.dot\r\nend\r\n");
        assertThat(message.tlsVersion()).contains("TLSv1.3");
        var transcript = server.transcripts().getFirst();
        assertThat(transcript.serverName()).contains(MX);
        assertThat(transcript.tlsVersion()).contains("TLSv1.3");
        assertThat(transcript.text()).contains("S: 220 mx1.example.test ESMTP\nC: EHLO client.test\n")
                .contains("C: STARTTLS\n").contains("[TLSv1.3]").endsWith("C: QUIT\nS: 221 2.0.0 Bye\n");
    }

    @Test
    void takesMailInPlainTextUnlessItDemandsTls() throws Exception {
        try (var client = client()) {
            client.answer();
            assertThat(client.say("MAIL FROM:<>").getFirst()).startsWith("503 ");
            client.say("EHLO client.test");
            assertThat(client.say("RCPT TO:<b@example.test>").getFirst()).startsWith("503 ");
            assertThat(client.say("MAIL FROM:<>").getFirst()).startsWith("250 ");
            assertThat(client.say("DATA").getFirst()).startsWith("503 ");
            client.say("RCPT TO:<b@example.test>");
            client.say("DATA");
            client.say("bounce\r\n.");
            server.requireTls();
            assertThat(client.say("MAIL FROM:<>").getFirst()).startsWith("530 ");
        }
        assertThat(server.delivered()).singleElement().satisfies(message -> {
            assertThat(message.from()).isEmpty();
            assertThat(message.tlsVersion()).isEmpty();
        });
    }

    @Test
    void sharesItsPortWithOthersAtOtherAddresses() throws Exception {
        try (var second = SmtpServer.start(CA, "mx2.example.test", loopback.next());
             var third = SmtpServer.start(CA, "mx3.example.test", loopback.ipv6())) {
            assertThat(List.of(server.port(), second.port(), third.port())).containsOnly(loopback.port());
            for (var each : List.of(server, second, third)) {
                try (var client = new SmtpClient(each.address())) {
                    assertThat(client.answer()).containsExactly("220 " + each.name() + " ESMTP");
                }
            }
        }
    }

    @Test
    void showsACertificateForTheNameAskedForAndForItsOwnWithoutOne() throws Exception {
        assertThat(names(shakeHands("mx.other.test"))).containsExactly("mx.other.test");
        assertThat(names(shakeHands(""))).containsExactly(MX);

        server.certificate("mx.other.test", CA.issue("wrong.test"));
        assertThat(names(shakeHands("mx.other.test"))).containsExactly("wrong.test");
        assertThat(names(shakeHands(MX))).containsExactly(MX);

        server.certificate(CA.issue("all.test"));
        assertThat(names(shakeHands(MX))).containsExactly("all.test");
    }

    @Test
    void putsOffAndRefuses() throws Exception {
        for (int code : new int[]{421, 450, 554}) {
            server.greeting(code, "not now");
            try (var client = client()) {
                assertThat(client.answer()).containsExactly(code + " not now");
                assertThat(client.say("EHLO client.test").getFirst()).startsWith("503 ");
                assertThat(client.say("QUIT").getFirst()).startsWith("221 ");
            }
        }
        server.healthy().multilineGreeting("mx1.example.test ESMTP", "No spam", "please");
        try (var client = client()) {
            assertThat(client.answer())
                    .containsExactly("220-mx1.example.test ESMTP", "220-No spam", "220 please");
        }
    }

    @Test
    void speaksOddlyAndStillCorrectly() throws Exception {
        server.lowerCase();
        assertThat(ehlo()).contains("250-starttls");

        server.healthy().extensions("X-ODD", "starttls");
        assertThat(ehlo()).containsExactly("250-mx1.example.test", "250-X-ODD", "250 starttls");

        server.healthy().extensions();
        assertThat(ehlo()).containsExactly("250 mx1.example.test");

        server.healthy().bareLineFeeds();
        try (var client = client()) {
            assertThat(client.line()).isEqualTo("220 mx1.example.test ESMTP\n");
        }
        server.healthy().refuseEhlo();
        try (var client = client()) {
            client.answer();
            assertThat(client.say("EHLO client.test").getFirst()).startsWith("502 ");
            assertThat(client.say("HELO client.test")).containsExactly("250 mx1.example.test");
        }
    }

    @Test
    void doesNotLetItselfBeReached() throws Exception {
        server.down();
        assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);

        server.unanswered();
        assertThatThrownBy(() -> new SmtpClient(server.address(), SHORT)).isInstanceOf(SocketTimeoutException.class);

        server.up();
        try (var client = client()) {
            assertThat(client.answer().getFirst()).startsWith("220 ");
        }
    }

    @Test
    void breaksOffOrSaysNothingBeforeTheGreeting() throws Exception {
        server.resetAtOnce();
        // It may come before the client has got as far as reading.
        assertThatThrownBy(() -> {
            try (var client = client()) {
                client.read();
            }
        }).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        server.healthy().closeAtOnce();
        try (var client = client()) {
            assertThat(client.read()).isEqualTo(-1);
        }
        server.healthy().silent();
        try (var client = new SmtpClient(server.address(), SHORT)) {
            assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);
        }
        server.healthy().closeAfterGreeting();
        try (var client = client()) {
            assertThat(client.answer().getFirst()).startsWith("220 ");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void takesItsTime() throws Exception {
        server.greetingDelay(Duration.ofMinutes(5));
        try (var client = new SmtpClient(server.address(), SHORT)) {
            assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);
        }
        server.healthy().tarpit(Duration.ofMillis(100));
        try (var client = client()) {
            client.answer();
            long start = System.nanoTime();
            int lines = client.say("EHLO client.test").size();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(100).multipliedBy(lines));
        }
    }

    @Test
    void talksWithoutEnd() throws Exception {
        server.endlessBanner();
        try (var client = client()) {
            for (int line = 0; line < 10_000; line++) {
                assertThat(client.line()).startsWith("220-");
            }
        }
        server.healthy().endlessLine();
        try (var client = client()) {
            assertThat(client.read(1_000_000)).hasSize(1_000_000).startsWith('2', '2', '0', ' ')
                    .doesNotContain('\n');
        }
    }

    @Test
    void takesNoMoreThanItsLimitAtOnceAndCounts() throws Exception {
        server.connectionLimit(2);
        var open = new ArrayList<SmtpClient>();
        try {
            for (String code : List.of("220", "220", "421")) {
                open.add(client());
                assertThat(open.getLast().answer().getFirst()).startsWith(code);
            }
        } finally {
            for (var client : open) {
                client.close();
            }
        }
        assertThat(server.connections()).isEqualTo(3);
        assertThat(server.mostAtOnce()).isEqualTo(3);
        server.forget();
        assertThat(server.connections()).isZero();
        assertThat(server.transcripts()).isEmpty();
    }

    @Test
    void doesNotOfferOrDoesNotHonourStartTls() throws Exception {
        server.noStartTls();
        assertThat(ehlo()).noneMatch(line -> line.contains("STARTTLS"));
        assertThat(startTls()).startsWith("502 ");

        server.healthy().refuseStartTls();
        assertThat(ehlo()).contains("250-STARTTLS");
        assertThat(startTls()).startsWith("454 ");
    }

    @Test
    void breaksTheHandshake() {
        server.plainAfterStartTls();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class);
        server.healthy().garbageAfterStartTls();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class);
        server.healthy().resetInHandshake();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        server.healthy().closeInHandshake();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class)
                .hasMessageContaining("terminated the handshake");
        server.healthy().refuseHandshake();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class)
                .hasMessageContaining("handshake_failure");
        server.healthy().silentInHandshake();
        assertThatThrownBy(() -> {
            try (var client = new SmtpClient(server.address(), SHORT).upToStartTls()) {
                client.handshake(CA.trusting(), MX);
            }
        }).isInstanceOf(SocketTimeoutException.class);
        assertThat(server.transcripts()).allSatisfy(transcript ->
                assertThat(transcript.serverName()).contains(MX));
    }

    @Test
    void injectsAnAnswerThatIsNotItsOwn() throws Exception {
        server.injectAfterStartTls();
        try (var client = client()) {
            client.answer();
            client.say("EHLO client.test");
            client.write("STARTTLS\r\n");
            assertThat(client.line()).startsWith("220 ");
            // The rest came with it, and is in the client's buffer.
            assertThat(client.available()).isPositive();
            // This client drops it and goes on.
            client.handshake(CA.trusting(), MX);
            assertThat(client.say("EHLO client.test").getFirst()).isEqualTo("250-mx1.example.test");
            assertThat(client.available()).isZero();
        }
    }

    @Test
    void dropsWhatTheClientSentTogetherWithStartTls() throws Exception {
        try (var client = client()) {
            client.answer();
            client.say("EHLO client.test");
            client.write("STARTTLS\r\nMAIL FROM:<injected@client.test>\r\n");
            client.answer();
            client.handshake(CA.trusting(), MX);
            assertThat(client.say("NOOP").getFirst()).startsWith("250 ");
        }
        assertThat(server.transcripts().getFirst().text()).doesNotContain("injected");
    }

    @Test
    void speaksOldVersionsWithWhoStillDoes() throws Exception {
        server.onlyTls10();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class)
                .hasMessageContaining("protocol_version");
        assertThat(OldTlsClient.version(client().upToStartTls(), ProtocolVersion.TLSv10)).isEqualTo("TLS 1.0");
        server.healthy().onlyTls11();
        assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class);
        assertThat(OldTlsClient.version(client().upToStartTls(), ProtocolVersion.TLSv11)).isEqualTo("TLS 1.1");
        server.healthy().onlyTls12();
        assertThat(shakeHands(MX).getSession().getProtocol()).isEqualTo("TLSv1.2");
        server.healthy().onlyTls13();
        assertThat(shakeHands(MX).getSession().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void showsEveryKindOfCertificateAndStaplesWhatComesWithIt() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            server.healthy();
            if (version.equals("TLSv1.2")) {
                server.onlyTls12();
            }
            for (var identity : List.of(CA.rsa(MX), CA.issueThroughIntermediate(MX), CA.withRoot(MX))) {
                assertThat(shakeHands(server.certificate(identity), version).getPeerCertificates())
                        .containsExactlyElementsOf(identity.chain());
            }
            for (var identity : List.of(CA.withoutIntermediate(MX), CA.selfSigned(MX), CA.expired(MX),
                    CA.fromUnknownRoot(MX))) {
                server.certificate(identity);
                assertThatThrownBy(() -> shakeHands(MX)).isInstanceOf(SSLException.class)
                        .hasMessageContaining("PKIX path");
            }
            assertThat(staples(version)).isEmpty();
            for (var identity : List.of(CA.stapleGood(CA.issue(MX)), CA.stapleStale(CA.issueThroughIntermediate(MX)),
                    CA.stapleForAnother(CA.issue(MX)))) {
                server.certificate(identity);
                assertThat(staples(version)).containsExactly(identity.staple().orElseThrow());
            }
        }
    }

    @Test
    void staplesBytesThatAreNoOcspResponse() throws Exception {
        var identity = CA.issue(MX).stapling(new byte[]{1, 2, 3});
        // The JDK's TLS 1.3 reads the response in the handshake, and breaks off.
        server.certificate(identity).onlyTls12();
        assertThat(staples("TLSv1.2")).containsExactly(identity.staple().orElseThrow());
        server.onlyTls13();
        assertThatThrownBy(() -> staples("TLSv1.3")).isInstanceOf(SSLException.class);
    }

    /// The OCSP responses that a client gets which asks for one and judges nothing.
    private List<byte[]> staples(String version) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustsAll()}, null);
        try (var client = client().upToStartTls()) {
            var session = (ExtendedSSLSession) client.handshake(context, MX).getSession();
            assertThat(session.getProtocol()).isEqualTo(version);
            return session.getStatusResponses();
        }
    }

    @Test
    void showsWeakCertificates() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustsAll()}, null);
        for (var identity : List.of(CA.sha1(MX), CA.shortRsa(MX))) {
            server.certificate(identity);
            try (var client = client().upToStartTls()) {
                assertThat(client.handshake(context, MX).getSession().getPeerCertificates())
                        .containsExactly(identity.certificate());
            }
        }
    }

    @Test
    void isAsFarAwayAsItIsTold() throws Exception {
        var roundTrip = Duration.ofMillis(60);
        server.onlyTls13().delay(roundTrip);
        long start = System.nanoTime();
        try (var client = client()) {
            client.upToStartTls();
            client.handshake(CA.trusting(), MX);
            client.say("EHLO client.test");
        }
        // Two for TCP and the greeting, one each for EHLO, STARTTLS, TLS 1.3 and EHLO.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(roundTrip.multipliedBy(6));
    }

    private SmtpClient client() throws IOException {
        return new SmtpClient(server.address());
    }

    private List<String> ehlo() throws IOException {
        try (var client = client()) {
            client.answer();
            return client.say("EHLO client.test");
        }
    }

    private String startTls() throws IOException {
        try (var client = client()) {
            client.answer();
            client.say("EHLO client.test");
            return client.say("STARTTLS").getFirst();
        }
    }

    private SSLSocket shakeHands(String name) throws IOException {
        try (var client = client().upToStartTls()) {
            return client.handshake(CA.trusting(), name);
        }
    }

    private SSLSession shakeHands(SmtpServer with, String version) throws IOException {
        try (var client = new SmtpClient(with.address()).upToStartTls()) {
            var session = client.handshake(CA.trusting(), MX).getSession();
            assertThat(session.getProtocol()).isEqualTo(version);
            return session;
        }
    }

    private static List<String> names(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames().stream()
                .map(name -> (String) name.get(1)).toList();
    }
}
