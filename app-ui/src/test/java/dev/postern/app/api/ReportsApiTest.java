package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.app.TopicReader;
import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.Recording;
import dev.postern.db.report.RecordingStore;
import dev.postern.db.report.RejectedReport;
import dev.postern.name.DomainName;
import dev.postern.setup.MailDomain;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Reports over the REST API: what came in, and uploads.
class ReportsApiTest {

    private static final String UPLOAD = "/api/v1/reports?domain=";

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();
    private final String name = TestApp.freshDomain();
    private final MailDomain domain = add();

    private MailDomain add() {
        assertThat(app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + name + "\"}").status())
                .isEqualTo(201);
        DomainsApiTest.prove(mine, name);
        return TestApp.database().inTenant(mine.actor().tenant(),
                session -> session.domains().byName(new DomainName(name)).orElseThrow());
    }

    @Test
    void showsReportsAndTheirContent() throws IOException {
        UUID older = store("one", Instant.parse("2026-11-20T08:00:00Z"));
        UUID newer = store("two", Instant.parse("2026-11-21T08:00:00Z"));

        JsonNode first = app.get(mine.token(), "/api/v1/domains/" + name + "/reports?limit=1").json();
        assertThat(first.at("/items/0/key").asString()).isEqualTo(newer.toString());
        JsonNode second = app.get(mine.token(), "/api/v1/domains/" + name + "/reports?limit=1&after="
                + first.path("next").asString()).json();
        assertThat(second.at("/items/0/key").asString()).isEqualTo(older.toString());
        assertThat(second.has("next")).isFalse();

        JsonNode report = app.get(mine.token(), "/api/v1/reports/" + older).json();
        assertThat(report.at("/report/organizationName").asString()).isEqualTo("Sender");
        assertThat(report.at("/report/domain").asString()).isEqualTo(name);
        assertThat(report.at("/report/failed").asLong()).isEqualTo(2);
        assertThat(report.at("/report/authenticity/state").asString()).isEqualTo("VERIFIED");
        assertThat(report.at("/report/authenticity/signer").asString()).isEqualTo("sender.test");
        assertThat(report.at("/policies/0/failures/0/type").asString()).isEqualTo("CERTIFICATE_EXPIRED");
        assertThat(report.at("/policies/0/failures/0/failedSessions").asLong()).isEqualTo(2);

        Answer content = app.get(mine.token(), "/api/v1/reports/" + older + "/content");
        assertThat(content.body()).isEqualTo(json("one"));
        assertThat(content.header("Content-Type")).isEqualTo("application/json");
        assertThat(content.header("Content-Disposition")).startsWith("attachment").contains(older + ".json");
        assertThat(content.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");

        Organisation other = app.organisation();
        problem(app.get(other.token(), "/api/v1/reports/" + older), 404);
        problem(app.get(other.token(), "/api/v1/reports/" + older + "/content"), 404);
    }

    @Test
    void showsWhatCouldNotBeCounted() {
        byte[] bytes = "<script>not a report</script>".getBytes(UTF_8);
        var receipt = new Receipt(UUID.randomUUID(), "https", "192.0.2.7", Instant.parse("2026-11-20T08:00:00Z"),
                "text/html");
        TestApp.database().useTenant(mine.actor().tenant(), session -> session.rejectedReports()
                .add(new RejectedReport(Optional.of(domain.id()), receipt, "not-json", "This is not JSON."), bytes));

        JsonNode listed = app.get(mine.token(), "/api/v1/domains/" + name + "/rejected-reports").json()
                .at("/items/0");
        assertThat(listed.path("id").asString()).isEqualTo(receipt.id().toString());
        assertThat(listed.path("reason").asString()).isEqualTo("This is not JSON.");

        Answer content = app.get(mine.token(), "/api/v1/rejected-reports/" + receipt.id() + "/content");
        assertThat(content.bytes()).isEqualTo(bytes);
        assertThat(content.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(content.header("Content-Disposition")).startsWith("attachment");
        assertThat(content.header("X-Content-Type-Options")).isEqualTo("nosniff");
        problem(app.get(app.organisation().token(), "/api/v1/rejected-reports/" + receipt.id() + "/content"), 404);
    }

    @Test
    void triesRejectedReportsAgain() {
        var receipts = new ArrayList<Receipt>();
        for (int i = 0; i < 120; i++) {
            var receipt = new Receipt(UUID.randomUUID(), "smtp", "192.0.2.7", Instant.parse("2026-11-20T08:00:00Z")
                    .plusSeconds(i), "message/rfc822");
            receipts.add(receipt);
            String code = i < 3 ? "json-syntax" : "misdirected";
            byte[] bytes = ("mail " + i).getBytes(UTF_8);
            TestApp.database().useTenant(mine.actor().tenant(), session -> session.rejectedReports()
                    .add(new RejectedReport(Optional.of(domain.id()), receipt, code, "Because."), bytes));
        }
        String all = "/api/v1/rejected-reports?domain=" + name;
        assertThat(app.get(mine.token(), all + "&code=json-syntax").json().path("items")).hasSize(3);
        JsonNode first = app.get(mine.token(), all + "&limit=100").json();
        assertThat(first.path("items")).hasSize(100);
        assertThat(app.get(mine.token(), all + "&limit=100&after=" + first.path("next").asString()).json().path("items"))
                .hasSize(20);
        String one = "/api/v1/rejected-reports/" + receipts.getLast().id();
        assertThat(app.get(mine.token(), one).json().path("size").asInt()).isEqualTo("mail 119".length());

        assertThat(replay(mine, one + "/replay").json().path("replaying").asInt()).isEqualTo(1);

        var message = TopicReader.find(Topics.TLSRPT_RECEIVED, record -> header(record, ReceiptHeaders.RECEIPT_ID)
                .equals(receipts.getLast().id().toString()));
        assertThat(message.key()).isEqualTo(domain.reportToken());
        assertThat(message.value()).isEqualTo("mail 119".getBytes(UTF_8));
        assertThat(header(message, ReceiptHeaders.REPLAY)).isEqualTo("true");
        assertThat(header(message, ReceiptHeaders.RECEIVED_AT)).isEqualTo(receipts.getLast().receivedAt().toString());
        assertThat(app.get(mine.token(), one).json().path("replaying").asBoolean()).isTrue();

        assertThat(replay(mine, "/api/v1/rejected-reports/replay?code=misdirected&domain=" + name).json()
                .path("replaying").asInt()).isEqualTo(117);
        assertThat(TopicReader.find(Topics.TLSRPT_RECEIVED, record -> header(record, ReceiptHeaders.RECEIPT_ID)
                .equals(receipts.get(3).id().toString())).value()).isEqualTo("mail 3".getBytes(UTF_8));

        Organisation other = app.organisation();
        problem(app.get(other.token(), one), 404);
        problem(replay(other, one + "/replay"), 404);
        assertThat(app.get(other.token(), "/api/v1/rejected-reports").json().path("items")).isEmpty();
        assertThat(replay(other, "/api/v1/rejected-reports/replay").json().path("replaying").asInt()).isZero();
    }

    private Answer replay(Organisation by, String path) {
        return app.send("POST", path, Map.of("Authorization", "Bearer " + by.token()), new byte[0]);
    }

    @Test
    void logsAnUpload() {
        byte[] report = json("upload").getBytes(UTF_8);

        Answer accepted = upload(mine, "application/tlsrpt+json", report);

        assertThat(accepted.status()).isEqualTo(202);
        var message = TopicReader.find(Topics.TLSRPT_RECEIVED,
                record -> record.key().equals(domain.reportToken()));
        assertThat(message.value()).isEqualTo(report);
        assertThat(header(message, ReceiptHeaders.RECEIPT_ID)).isEqualTo(accepted.json().path("receipt").asString());
        assertThat(header(message, ReceiptHeaders.TRANSPORT)).isEqualTo("upload");
        assertThat(header(message, ReceiptHeaders.PEER)).isEqualTo("test");
        assertThat(header(message, ReceiptHeaders.CONTENT_TYPE)).isEqualTo("application/tlsrpt+json");
        assertThat(Instant.parse(header(message, ReceiptHeaders.RECEIVED_AT))).isAfter(domain.createdAt());
    }

    @Test
    void takesTwentyMebibytesAndNoMore() {
        assertThat(upload(mine, "application/gzip", new byte[20 * 1024 * 1024]).status()).isEqualTo(202);
        problem(upload(mine, "application/gzip", new byte[20 * 1024 * 1024 + 1]), 413);
    }

    @Test
    void refusesUploadsThatAreWrong() {
        problem(upload(mine, "text/plain", new byte[]{1}), 415);
        problem(upload(mine, "application/tlsrpt+gzip", new byte[0]), 400);
        problem(upload(app.organisation(), "application/tlsrpt+gzip", new byte[]{1}), 404);
        problem(app.send("POST", "/api/v1/reports", Map.of("Authorization", "Bearer " + mine.token(),
                "Content-Type", "application/json"), new byte[]{1}), 400);
    }

    private Answer upload(Organisation by, String type, byte[] report) {
        return app.send("POST", UPLOAD + name, Map.of("Authorization", "Bearer " + by.token(), "Content-Type", type),
                report);
    }

    private static String header(org.apache.kafka.clients.consumer.ConsumerRecord<?, ?> message, String name) {
        return new String(message.headers().lastHeader(name).value(), UTF_8);
    }

    private UUID store(String reportId, Instant receivedAt) throws IOException {
        byte[] json = json(reportId).getBytes(UTF_8);
        var report = new TlsReportReader(ReportLimits.DEFAULT).read(new ByteArrayInputStream(json)).orThrow();
        UUID key = UUID.randomUUID();
        var receipt = new Receipt(UUID.randomUUID(), "smtp", "192.0.2.1", receivedAt, "message/rfc822");
        var incoming = new IncomingReport(key, domain.id(), name, report, Authenticity.verified("sender.test"),
                List.of(), receipt, json);
        RecordingStore.makeRoom(TestApp.database(), List.of(incoming.day()));
        List<Recording> recorded = TestApp.database().inTenant(mine.actor().tenant(),
                session -> session.recording().record(List.of(incoming)));
        assertThat(recorded).containsExactly(Recording.COUNTED);
        return key;
    }

    private String json(String reportId) {
        return """
                {"organization-name":"Sender","date-range":{"start-datetime":"2026-11-19T00:00:00Z",
                "end-datetime":"2026-11-19T23:59:59Z"},"contact-info":"tls@sender.example","report-id":"%s",
                "policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"%s",
                "mx-host":["mx.%2$s"]},"summary":{"total-successful-session-count":5,"total-failure-session-count":2},
                "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1",
                "receiving-mx-hostname":"mx.%2$s","failed-session-count":2}]}]}""".formatted(reportId, name);
    }
}
