package dev.postern.ingest.smtp;

import static dev.postern.ingest.Installation.TOKENS;
import static dev.postern.ingest.Installation.header;
import static dev.postern.ingest.Installation.message;
import static dev.postern.ingest.Installation.newToken;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Installation;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.ReceiveMemory;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import dev.postern.testbed.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a sender hears, and what the log holds then.
class SmtpReceiverTest {

    private static final int LIMIT = 200_000;

    private static CertificateAuthority authority;
    private static ReportLog log;
    private static ReceiveMemory memory;
    private static SmtpReceiver receiver;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        authority = CertificateAuthority.create();
        var identity = authority.issue("reports.test");
        var certificate = SmtpCertificate.read(Files.writeString(folder.resolve("chain.pem"), identity.chainPem()),
                Files.writeString(folder.resolve("key.pem"), identity.keyPem()));
        log = new ReportLog(Installation.kafka());
        memory = new ReceiveMemory(1 << 20);
        receiver = receiver(log, new BodyReader(memory, LIMIT, BodyReader.Pace.DEFAULT), Optional.of(certificate));
    }

    private static SmtpReceiver receiver(ReportLog log, BodyReader bodies, Optional<SmtpCertificate> certificate) {
        return SmtpReceiver.start(new SmtpReceiver.Options("127.0.0.1", 0, "reports.test", certificate,
                SmtpLimits.DEFAULT), TOKENS, log,
                bodies, Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        log.close();
    }

    @Test
    void keepsTheMailAsItCame() throws IOException {
        String token = newToken();
        String mail = "Subject: x\r\n\r\n..a line that begins with a dot\r\n\u00e4\r\n";
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.say("EHLO sender.test")).contains("250-STARTTLS", "SIZE " + LIMIT)
                    .doesNotContain("CHUNKING");
            assertThat(client.deliver(mail, token + "@reports.test")).startsWith("250 2.0.0");
        }

        var kept = message(Topics.TLSRPT_RECEIVED, token);
        assertThat(new String(kept.value(), ISO_8859_1)).isEqualTo(mail.replace("..a", ".a"));
        assertThat(header(kept, ReceiptHeaders.TRANSPORT)).isEqualTo("smtp");
        assertThat(header(kept, ReceiptHeaders.PEER)).isEqualTo("127.0.0.1");
        assertThat(header(kept, ReceiptHeaders.CONTENT_TYPE)).isEqualTo("message/rfc822");
        assertThat(UUID.fromString(header(kept, ReceiptHeaders.RECEIPT_ID))).isNotNull();
        assertThat(Instant.parse(header(kept, ReceiptHeaders.RECEIVED_AT))).isBefore(Instant.now().plusSeconds(1));
        assertThat(memory.free()).isEqualTo(1 << 20);
    }

    @Test
    void takesOneMailForSeveralAddressesInAnyCase() throws IOException {
        String one = newToken();
        String two = newToken();
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.deliver("A: b\r\n\r\nx\r\n", one.toUpperCase(Locale.ROOT) + "@Reports.TEST",
                    two + "@reports.test.", one + "@reports.test")).startsWith("250 ");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, one).value())
                .isEqualTo(message(Topics.TLSRPT_RECEIVED, two).value());
    }

    @Test
    void refusesAddressesThatAreNoReportAddresses() throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            client.say("EHLO sender.test");
            assertThat(client.say("MAIL FROM:<a@sender.test>")).startsWith("250");
            assertThat(client.say("RCPT TO:<" + "a".repeat(26) + "@reports.test>")).startsWith("550 5.1.1");
            assertThat(client.say("RCPT TO:<" + newToken() + "@elsewhere.test>")).startsWith("550 5.7.1")
                    .contains("Relaying denied");
            assertThat(client.say("RCPT TO:<postmaster>")).startsWith("550 5.7.1");
            assertThat(client.say("DATA")).startsWith("503");
        }
    }

    @Test
    void namesTheLimitForALargeMail() throws IOException {
        String token = newToken();
        try (var client = new SmtpClient(receiver.port())) {
            client.say("EHLO sender.test");
            assertThat(client.say("MAIL FROM:<> SIZE=" + (LIMIT + 1))).startsWith("552 5.3.4")
                    .contains(Integer.toString(LIMIT));
            assertThat(client.say("MAIL FROM:<> SIZE=99999999999999999999 BODY=8BITMIME")).startsWith("552 5.3.4");
            String tooLong = "x: y\r\n\r\n" + "0123456789\r\n".repeat(LIMIT / 12 + 1);
            assertThat(client.deliver(tooLong, token + "@reports.test")).startsWith("552 5.3.4")
                    .contains(Integer.toString(LIMIT));
            // The same connection serves the next mail.
            assertThat(client.deliver("x: y\r\n\r\nsmall\r\n", token + "@reports.test")).startsWith("250 ");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, token).value()).asString(ISO_8859_1).contains("small");
    }

    @Test
    void asksToComeAgainWhenMemoryIsShort() throws IOException {
        try (var narrow = receiver(log, new BodyReader(new ReceiveMemory(70_000), LIMIT, BodyReader.Pace.DEFAULT),
                Optional.empty()); var client = new SmtpClient(narrow.port())) {
            String token = newToken();
            assertThat(client.deliver("x: y\r\n\r\n" + "0123456789\r\n".repeat(10_000), token + "@reports.test"))
                    .startsWith("452 4.3.1");
            assertThat(client.deliver("x: y\r\n\r\nsmall\r\n", token + "@reports.test")).startsWith("250 ");
        }
    }

    @Test
    void asksToComeAgainWhenTheLogIsAway() throws IOException {
        try (var away = new ReportLog("127.0.0.1:1"); var closed = receiver(away, new BodyReader(memory, LIMIT,
                BodyReader.Pace.DEFAULT), Optional.empty()); var client = new SmtpClient(closed.port())) {
            assertThat(client.deliver("x: y\r\n\r\nz\r\n", newToken() + "@reports.test")).startsWith("451 4.3.0");
            // The transaction is over: a sender that goes on with the next mail is not told 503.
            assertThat(client.say("MAIL FROM:<>")).startsWith("250");
            assertThat(away.acknowledging()).contains(false);
        }
        assertThat(memory.free()).isEqualTo(1 << 20);
    }

    @Test
    void dropsAMailThatTrickles() throws IOException {
        var strict = new BodyReader.Pace(Duration.ofMillis(1), 1_000_000_000);
        try (var impatient = receiver(log, new BodyReader(memory, LIMIT, strict), Optional.empty());
             var client = new SmtpClient(impatient.port())) {
            client.say("MAIL FROM:<>");
            client.say("RCPT TO:<" + newToken() + "@reports.test>");
            client.say("DATA");
            String reply = trickleUntilAnswered(client);
            assertThat(reply).startsWith("421 4.4.2");
            assertThat(client.reply()).isEmpty();
        }
    }

    /// Sends short lines, far slower than the pace asked for, until the server has had enough.
    private static String trickleUntilAnswered(SmtpClient client) throws IOException {
        var sending = Thread.ofVirtual().start(() -> {
            try {
                while (!Thread.interrupted()) {
                    client.send("x\r\n");
                }
            } catch (IOException answered) {
                // The server closed the connection, or the test is over.
            }
        });
        try {
            return client.reply();
        } finally {
            sending.interrupt();
        }
    }

    @Test
    void offersStartTls() throws IOException {
        String token = newToken();
        try (var client = new SmtpClient(receiver.port())) {
            client.say("EHLO sender.test");
            client.startTls(authority.trusting());
            assertThat(client.say("EHLO sender.test")).doesNotContain("STARTTLS");
            assertThat(client.deliver("x: y\r\n\r\nby TLS\r\n", token + "@reports.test")).startsWith("250 ");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, token).value()).asString(ISO_8859_1).contains("by TLS");
    }

    @Test
    void forgetsAMailThatBreaksOff() throws IOException {
        String token = newToken();
        try (var client = new SmtpClient(receiver.port())) {
            client.say("MAIL FROM:<>");
            client.say("RCPT TO:<" + token + "@reports.test>");
            client.say("DATA");
            client.send("x: y\r\n\r\nhalf a rep");
        }
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.say("BDAT 5")).startsWith("502");
        }
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.deliver("x: y\r\n\r\nwhole\r\n", token + "@reports.test")).startsWith("250 ");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, token).value()).asString(ISO_8859_1).contains("whole");
    }
}
