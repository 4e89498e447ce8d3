package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MiddlePersonTest {

    private static final CertificateAuthority CA = CertificateAuthority.create();
    private static final String MX = "mx1.example.test";

    private final Loopback loopback = Loopback.reserve();
    private final SmtpServer server = SmtpServer.start(CA, MX, loopback.next());
    private final MiddlePerson middle = MiddlePerson.before(server, loopback.next());

    @AfterEach
    void stop() {
        middle.close();
        server.close();
        loopback.close();
    }

    @Test
    void standsAtTheSamePortAndLetsEverythingPass() throws Exception {
        assertThat(middle.address().getPort()).isEqualTo(server.port());
        try (var client = client().upToStartTls()) {
            var tls = client.handshake(CA.trusting(), MX);
            assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(client.say("EHLO client.test").getFirst()).isEqualTo("250-mx1.example.test");
            assertThat(client.say("QUIT").getFirst()).startsWith("221 ");
            assertThat(client.read()).isEqualTo(-1);
        }
        assertThat(middle.connections()).isEqualTo(1);
        assertThat(server.transcripts().getFirst().text()).contains("[TLSv1.3]");
    }

    @Test
    void stripsStartTlsAndRefusesItAndLetsTheMailThrough() throws Exception {
        middle.strippingStartTls();
        try (var client = client()) {
            assertThat(client.answer()).containsExactly("220 mx1.example.test ESMTP");
            assertThat(client.say("ehlo client.test")).containsExactly("250-mx1.example.test", "250-PIPELINING",
                    "250-SIZE 10485760", "250-8BITMIME", "250 ENHANCEDSTATUSCODES");
            assertThat(client.say("starttls")).containsExactly("502 5.5.1 Command not implemented");
            client.say("MAIL FROM:<a@client.test>");
            client.say("RCPT TO:<b@example.test>");
            assertThat(client.say("DATA").getFirst()).startsWith("354 ");
            // What looks like a command in a message is none.
            assertThat(client.say("Subject: Hello\r\n\r\nSTARTTLS\r\n.").getFirst()).startsWith("250 ");
            client.say("QUIT");
        }
        assertThat(server.delivered()).singleElement().satisfies(message -> {
            assertThat(message.text()).endsWith("STARTTLS\r\n");
            assertThat(message.tlsVersion()).isEmpty();
        });
        assertThat(server.transcripts().getFirst().text()).doesNotContainIgnoringCase("C: STARTTLS");
    }

    @Test
    void stripsStartTlsAlsoFromTheLastLine() throws Exception {
        server.extensions("SIZE 1000", "STARTTLS");
        middle.strippingStartTls();
        try (var client = client()) {
            client.answer();
            assertThat(client.say("EHLO client.test")).containsExactly("250-mx1.example.test", "250 SIZE 1000");
        }
    }

    @Test
    void masksStartTls() throws Exception {
        middle.maskingStartTls();
        try (var client = client()) {
            client.answer();
            assertThat(client.say("EHLO client.test")).contains("250-XXXXXXXX")
                    .noneMatch(line -> line.contains("STARTTLS"));
            assertThat(client.say("STARTTLS").getFirst()).startsWith("502 ");
        }
    }

    @Test
    void showsACertificateOfItsOwn() throws Exception {
        middle.impersonating(CA.issue("attacker.test"));
        try (var client = client()) {
            client.answer();
            assertThat(client.say("EHLO client.test")).contains("250-STARTTLS");
            assertThat(client.say("STARTTLS").getFirst()).startsWith("220 ");
            var tls = client.handshake(CA.trusting(), MX);
            assertThat(((X509Certificate) tls.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames())
                    .extracting(name -> (Object) name.get(1)).asString().contains("attacker.test");
            assertThat(client.say("EHLO client.test")).contains("250-PIPELINING").doesNotContain("250-STARTTLS");
            assertThat(client.say("NOOP").getFirst()).startsWith("250 ");
        }
        assertThat(server.transcripts().getFirst().tlsVersion()).isEmpty();
        assertThat(server.transcripts().getFirst().text()).contains("C: NOOP");

        middle.impersonating(CA.selfSigned(MX));
        assertThatThrownBy(() -> {
            try (var client = client().upToStartTls()) {
                client.handshake(CA.trusting(), MX);
            }
        }).isInstanceOf(SSLHandshakeException.class).hasMessageContaining("PKIX path");
        try (var direct = new SmtpClient(server.address()).upToStartTls()) {
            direct.handshake(CA.trusting(), MX);
        }
    }

    private SmtpClient client() throws IOException {
        return new SmtpClient(middle.address());
    }
}
