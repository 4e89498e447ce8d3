package dev.postern.ingest.smtp;

import static dev.postern.ingest.Installation.TOKENS;
import static dev.postern.ingest.Installation.message;
import static dev.postern.ingest.Installation.newToken;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postern.ingest.Installation;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.ReceiveMemory;
import dev.postern.stream.Topics;
import dev.postern.testbed.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that want no report delivered.
class HostileSmtpTest {

    private static final SmtpLimits LIMITS = SmtpLimits.DEFAULT;

    private static ReportLog log;
    private static SmtpCertificate certificate;
    private static SmtpReceiver receiver;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        var identity = CertificateAuthority.create().issue("reports.test");
        certificate = SmtpCertificate.read(Files.writeString(folder.resolve("chain.pem"), identity.chainPem()),
                Files.writeString(folder.resolve("key.pem"), identity.keyPem()));
        log = new ReportLog(Installation.kafka());
        receiver = receiver(LIMITS);
    }

    @AfterAll
    static void stop() {
        receiver.close();
        log.close();
    }

    private static SmtpReceiver receiver(SmtpLimits limits) {
        return SmtpReceiver.start(new SmtpReceiver.Options("127.0.0.1", 0, "reports.test", Optional.of(certificate),
                limits), TOKENS, log, new BodyReader(new ReceiveMemory(1 << 20), 200_000, BodyReader.Pace.DEFAULT),
                Clock.systemUTC());
    }

    private static SmtpReceiver patient(Duration silence, Duration longest) {
        return receiver(new SmtpLimits(100, 100, 20, silence, longest, 600, 100));
    }

    private static SmtpClient toData(SmtpReceiver receiver, String token) throws IOException {
        var client = new SmtpClient(receiver.port());
        client.say("EHLO sender.test");
        client.say("MAIL FROM:<>");
        client.say("RCPT TO:<" + token + "@reports.test>");
        return client;
    }

    /// Nothing was kept for a token before this: the log has one order for one token.
    private static void assertFirst(String token) throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.deliver("x: y\r\n\r\nthe first\r\n", token + "@reports.test")).startsWith("250 ");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, token).value()).asString(ISO_8859_1).contains("the first");
    }

    /// A colon stands for CR, a slash for LF.
    @ParameterizedTest
    @ValueSource(strings = {"/./", ":.:", "/.:/", ":/./", ":/.:", "/.:", ":.:/", ":.::/", "/:/.:/", "::/.::/"})
    void hidesNoSecondMailInTheFirst(String end) throws IOException {
        String outer = newToken();
        String inner = newToken();
        try (var client = toData(receiver, outer)) {
            client.say("DATA");
            client.send("x: y\r\n\r\nfirst" + end.replace(':', '\r').replace('/', '\n') + "MAIL FROM:<>\r\nRCPT TO:<"
                    + inner + "@reports.test>\r\nDATA\r\nx: y\r\n\r\nsmuggled\r\n.\r\n");
            assertThat(client.reply()).startsWith("550 5.6.0").contains("RFC 5321");
            assertThat(client.reply()).as("the connection ends").isEmpty();
        }
        assertFirst(outer);
        assertFirst(inner);
    }

    @Test
    void carriesOutNothingThatCameBeforeTls() throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            client.say("EHLO sender.test");
            client.send("STARTTLS\r\nMAIL FROM:<injected@sender.test>\r\n");
            assertThat(client.reply()).startsWith("554 5.5.1").contains("STARTTLS");
            assertThat(client.reply()).isEmpty();
        }
    }

    @Test
    void goesOnInTheClearAfterNoHandshake() throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.say("STARTTLS now")).startsWith("501");
            assertThat(client.say("STARTTLS")).startsWith("220");
            client.send("MAIL FROM:<>\r\nRCPT TO:<x>\r\n");
            assertThat(client.reply()).doesNotStartWith("2").doesNotStartWith("5");
        }
        try (var impatient = patient(Duration.ofSeconds(1), Duration.ofMinutes(1));
             var client = new SmtpClient(impatient.port())) {
            assertThat(client.say("STARTTLS")).startsWith("220");
            assertThat(client.reply()).as("the connection ends").isEmpty();
        }
    }

    @Test
    void takesNoMessageBeforeItAskedForIt() throws IOException {
        String token = newToken();
        try (var client = toData(receiver, token)) {
            client.send("DATA\r\nx: y\r\n\r\ntoo early\r\n.\r\n");
            assertThat(client.reply()).startsWith("554 5.5.1").contains("PIPELINING");
            assertThat(client.reply()).isEmpty();
        }
        assertFirst(token);
    }

    @Test
    void servesNobodyWhoSpeaksBeforeTheGreeting() {
        // Whether the words are there before the greeting is for the network to say; a client that waits for nothing
        // gets away with it at times, and its commands are then taken one after the other.
        await().atMost(Installation.PATIENCE).until(() -> {
            try (var client = new SmtpClient(receiver.port(), "EHLO spam.test\r\nMAIL FROM:<>\r\n")) {
                assertThat(client.greeting()).matches("(554 5\\.5\\.1|220 ).*");
                return client.greeting().startsWith("554");
            }
        });
    }

    @Test
    void takesPipelinedCommandsOneAfterTheOther() throws IOException {
        String token = newToken();
        try (var client = new SmtpClient(receiver.port())) {
            client.send("EHLO sender.test\r\nMAIL FROM:<>\r\nRCPT TO:<" + token + "@reports.test>\r\nNOOP\r\n");
            assertThat(client.reply()).startsWith("250").doesNotContain("PIPELINING");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.say("DATA")).startsWith("354");
            client.send("x: y\r\n\r\nz\r\n.\r\nRSET\r\nQUIT\r\n");
            assertThat(client.reply()).startsWith("250 2.0.0");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.reply()).startsWith("221");
        }
    }

    @Test
    void waitsForNoTrickleOfACommand() throws IOException {
        try (var impatient = patient(Duration.ofSeconds(1), Duration.ofMinutes(1));
             var client = new SmtpClient(impatient.port());
             var clock = Executors.newSingleThreadScheduledExecutor()) {
            var trickle = clock.scheduleAtFixedRate(() -> {
                try {
                    client.send("x");
                } catch (IOException answered) {
                    throw new IllegalStateException(answered);
                }
            }, 0, 100, TimeUnit.MILLISECONDS);
            assertThat(client.reply()).startsWith("421 4.4.2").contains("limit of 1 seconds");
            trickle.cancel(false);
        }
    }

    @Test
    void waitsForNoSilentMessage() throws IOException {
        String token = newToken();
        try (var impatient = patient(Duration.ofSeconds(1), Duration.ofMinutes(1));
             var client = toData(impatient, token)) {
            client.say("DATA");
            client.send("x: y\r\n\r\nhalf");
            assertThat(client.reply()).startsWith("421");
            assertThat(client.reply()).isEmpty();
        }
        assertFirst(token);
    }

    @Test
    void endsTheLongestSessionAlsoOfAClientThatNeverReads() throws IOException {
        try (var impatient = patient(Duration.ofSeconds(30), Duration.ofSeconds(1));
             var client = new SmtpClient(impatient.port())) {
            assertThat(client.reply()).isEmpty();
        }
    }

    @Test
    void namesTheLimitOfALine() throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.say("NOOP " + "x".repeat(980))).startsWith("250");
            client.send("NOOP " + "x".repeat(100_000));
            assertThat(client.reply()).startsWith("500 5.5.2").contains("limit of 990 bytes");
            assertThat(client.reply()).isEmpty();
        }
    }

    @Test
    void namesTheLimitOfCommandsAndCountsAgainAfterAMail() throws IOException {
        try (var busy = receiver(new SmtpLimits(10, 10, 2, Duration.ofMinutes(1), Duration.ofMinutes(5), 600, 10));
             var client = new SmtpClient(busy.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.say("NOOP")).startsWith("250");
                assertThat(client.deliver("x: y\r\n\r\nz\r\n", newToken() + "@reports.test")).startsWith("250 ");
            }
            for (int i = 0; i < 10; i++) {
                assertThat(client.say(i % 2 == 0 ? "RSET" : "NONSENSE")).matches("(250|500).*");
            }
            assertThat(client.say("NOOP")).startsWith("421 4.7.0").contains("More than 10 commands");
            assertThat(client.reply()).isEmpty();
        }
    }

    @Test
    void namesTheLimitOfRecipients() throws IOException {
        try (var client = toData(receiver, newToken())) {
            for (int i = 1; i < LIMITS.recipients(); i++) {
                assertThat(client.say("RCPT TO:<" + newToken() + "@reports.test>")).startsWith("250");
            }
            assertThat(client.say("RCPT TO:<" + newToken() + "@reports.test>")).startsWith("452 4.5.3").contains("20");
        }
    }

    @Test
    void namesTheLimitsOfConnections() throws IOException {
        try (var few = receiver(new SmtpLimits(2, 10, 2, Duration.ofMinutes(1), Duration.ofMinutes(5), 600, 10));
             var one = new SmtpClient(few.port()); var two = new SmtpClient(few.port())) {
            assertThat(two.greeting()).startsWith("220");
            try (var three = new SmtpClient(few.port())) {
                assertThat(three.greeting()).startsWith("421 4.7.0").contains("There are 2 connections, the limit");
            }
            one.close();
            await().atMost(Installation.PATIENCE).until(() -> {
                try (var again = new SmtpClient(few.port())) {
                    return again.greeting().startsWith("220");
                }
            });
        }
        try (var few = receiver(new SmtpLimits(10, 1, 2, Duration.ofMinutes(1), Duration.ofMinutes(5), 600, 10));
             var one = new SmtpClient(few.port()); var two = new SmtpClient(few.port())) {
            assertThat(one.greeting()).startsWith("220");
            assertThat(two.greeting()).startsWith("421 4.7.0").contains("1 connections of your network");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO a\rMAIL FROM:<>", "EHLO a\nMAIL FROM:<>", "MAIL FROM:<>\nRCPT TO:<x@reports.test>"})
    void takesNoCommandsOutOfACommand(String line) throws IOException {
        try (var client = new SmtpClient(receiver.port())) {
            assertThat(client.say(line)).startsWith("501");
            assertThat(client.reply()).isEmpty();
        }
    }
}
