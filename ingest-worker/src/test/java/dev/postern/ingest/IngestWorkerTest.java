package dev.postern.ingest;

import static dev.postern.ingest.Installation.PATIENCE;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.newToken;
import static dev.postern.ingest.Installation.rejected;
import static dev.postern.ingest.Installation.reports;
import static dev.postern.ingest.Samples.gzip;
import static dev.postern.ingest.Samples.mail;
import static dev.postern.ingest.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.postern.db.DatabaseConnection;
import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.smtp.SmtpClient;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.servers.TestServers;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.setup.MailDomain;
import dev.postern.stream.Json;
import dev.postern.stream.TimelineMessage;
import dev.postern.stream.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole worker, from the wire to PostgreSQL.
class IngestWorkerTest {

    private static BreakableLink link;
    private static DatabaseConnection connection;
    private static ConfigurableApplicationContext worker;

    @BeforeAll
    static void start() throws Exception {
        Installation.database();
        URI postgres = URI.create(TestServers.postgres().url().substring("jdbc:".length()));
        link = new BreakableLink(postgres.getPort());
        connection = DatabaseConnection.open(Installation.databaseSettings(
                "jdbc:postgresql://127.0.0.1:" + link.port() + postgres.getPath()));
        worker = IngestWorker.application(new Settings(Map.of(
                "POSTERN_KAFKA", Installation.kafka(),
                "POSTERN_PUBLIC_HOST", "reports.test",
                "POSTERN_SMTP_PORT", "0",
                "POSTERN_REPORT_PORT", "0")), connection.database(), Installation.TOKENS, Installation.SECRETS).run();
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        connection.close();
        link.close();
    }

    private static void mailTo(MailDomain domain, String json) throws Exception {
        try (var client = new SmtpClient(worker.getBean(SmtpReceiver.class).port())) {
            assertThat(client.deliver(mail(json), domain.reportToken() + "@reports.test")).startsWith("250 ");
        }
    }

    private static void post(MailDomain domain, byte[] report) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                            + worker.getBean(HttpReceiver.class).port() + "/v1/tlsrpt/" + domain.reportToken()))
                    .POST(BodyPublishers.ofByteArray(report)).build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void recordsWhatComesByMailAndByHttps() throws Exception {
        MailDomain domain = domain();
        mailTo(domain, report("by-mail", domain.name().ascii()));
        post(domain, gzip(report("by-https", domain.name().ascii())));
        mailTo(domain, report("by-mail", domain.name().ascii()));
        post(domain, gzip("{oops"));

        await().atMost(PATIENCE).until(() -> reports(domain).size() == 2 && rejected(domain).size() == 1);
        assertThat(reports(domain)).extracting(stored -> stored.reportId())
                .containsExactlyInAnyOrder("by-mail", "by-https");
        assertThat(reports(domain)).extracting(stored -> stored.transport())
                .containsExactlyInAnyOrder("smtp", "https");
    }

    @Test
    void tellsThoseWhoWatch() throws Exception {
        MailDomain domain = domain();
        mailTo(domain, report("watched", domain.name().ascii()));
        await().atMost(PATIENCE).until(() -> reports(domain).size() == 1);
        UUID tenant = Installation.tenant();
        await().atMost(PATIENCE).until(() -> Installation.messages(Topics.TIMELINE_EVENT, tenant.toString(), 1).stream()
                .map(message -> Json.read(message.value(), TimelineMessage.class))
                .anyMatch(message -> message.entry().event().domain().equals(domain.name().ascii())));
    }

    @Test
    void losesNothingWhileTheDatabaseIsAway() throws Exception {
        MailDomain domain = domain();
        link.cut();
        for (int i = 0; i < 10; i++) {
            mailTo(domain, report("outage-" + i, domain.name().ascii()));
        }
        assertThat(reports(domain)).isEmpty();
        link.mend();
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> reports(domain).size() == 10);
        assertThat(rejected(domain)).isEmpty();
    }

    @Test
    void isNotHeldUpByMessagesOfStrangers() throws Exception {
        MailDomain domain = domain();
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", Installation.kafka()),
                new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.TLSRPT_RECEIVED, null, null)).get();
            producer.send(new ProducerRecord<>(Topics.TLSRPT_RECEIVED, newToken(), new byte[]{0})).get();
            var odd = new ProducerRecord<>(Topics.TLSRPT_RECEIVED, domain.reportToken(),
                    "{}".getBytes(StandardCharsets.UTF_8));
            odd.headers().add("receipt-id", "no id".getBytes(StandardCharsets.UTF_8));
            odd.headers().add("received-at", "yesterday".getBytes(StandardCharsets.UTF_8));
            odd.headers().add("content-type", "a\u0000b".getBytes(StandardCharsets.UTF_8));
            producer.send(odd).get();
        }
        post(domain, gzip(report("after", domain.name().ascii())));

        await().atMost(PATIENCE).until(() -> reports(domain).size() == 1 && rejected(domain).size() == 1);
    }

    @Test
    void setsAsideWhatTheDatabaseNeverTakes() throws Exception {
        MailDomain domain = domain();
        var postgres = TestServers.postgres();
        try (var owner = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
             var statement = owner.createStatement()) {
            statement.execute("create function postern.refuse() returns trigger language plpgsql as "
                    + "$$ begin raise exception 'no' using errcode = '23514'; end $$");
            statement.execute("create trigger refuse before insert on postern.report for each row "
                    + "when (new.report_id = 'unstorable') execute function postern.refuse()");
            byte[] unstorable = gzip(report("unstorable", domain.name().ascii()));
            post(domain, unstorable);
            post(domain, gzip(report("behind-it", domain.name().ascii())));

            await().atMost(PATIENCE).until(() -> reports(domain).size() == 1 && rejected(domain).size() == 1);
            assertThat(reports(domain).getFirst().reportId()).isEqualTo("behind-it");
            assertThat(rejected(domain).getFirst().code()).isEqualTo("internal");
            assertThat(Installation.content(rejected(domain).getFirst())).isEqualTo(unstorable);
            statement.execute("drop trigger refuse on postern.report");
            statement.execute("drop function postern.refuse()");
        }
    }

    @Test
    void refusesSettingsThatCantBe() {
        assertThatThrownBy(() -> IngestWorker.application(new Settings(Map.of("POSTERN_PUBLIC_HOST", "Not A Host")),
                connection.database(), Installation.TOKENS, Installation.SECRETS)).isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("POSTERN_PUBLIC_HOST");
        assertThatThrownBy(() -> IngestWorker.application(new Settings(Map.of("POSTERN_MAX_MESSAGE_BYTES", "99999999")),
                connection.database(), Installation.TOKENS, Installation.SECRETS)).isInstanceOf(InvalidSettingException.class);
    }
}
