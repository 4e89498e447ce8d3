package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.app.TopicReader;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportState;
import dev.postern.db.report.ImportItemStore.Outcome;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Imports over the REST API, up to the log; who records what is there is another process.
class ImportsApiTest {

    private static final String PATH = "/api/v1/imports";

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();

    private Answer upload(String query, byte[] body) {
        return app.send("POST", PATH + query, Map.of("Authorization", "Bearer " + mine.token(),
                "Content-Type", "application/octet-stream"), body);
    }

    private JsonNode await(String id, String state) {
        return TestApp.await("the import to be " + state, () -> Optional.of(app.get(mine.token(), PATH + "/" + id).json())
                .filter(json -> json.path("state").asString().equals(state)));
    }

    private static byte[] zip(String... namesAndContents) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[i]));
                zip.write(namesAndContents[i + 1].getBytes(UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static String header(ConsumerRecord<String, byte[]> message, String name) {
        return new String(message.headers().lastHeader(name).value(), UTF_8);
    }

    @Test
    void everyItemOfAnArchiveIsPutOnTheLog() throws IOException {
        byte[] archive = zip("a/one.json", "{\"report-id\":\"1\"}", "two.eml",
                "From: a@b.test\nContent-Type: application/tlsrpt+json\n\n{}", "logo.svg", "<svg/>");

        Answer accepted = upload("?name=old%20reports.zip", archive);

        assertThat(accepted.status()).isEqualTo(202);
        String id = accepted.json().path("id").asString();
        assertThat(accepted.header("Location")).isEqualTo(PATH + "/" + id);
        JsonNode read = await(id, "READ");
        assertThat(read.path("name").asString()).isEqualTo("old reports.zip");
        assertThat(read.path("startedBy").asString()).isEqualTo("test");
        assertThat(read.path("bytes").asInt()).isEqualTo(archive.length);
        assertThat(read.path("bytesRead").asInt()).isEqualTo(archive.length);
        assertThat(read.path("items").asInt()).isEqualTo(2);
        assertThat(read.path("recorded").asInt()).isZero();
        assertThat(read.path("finished").asBoolean()).isFalse();
        assertThat(read.path("leftOut").asInt()).isEqualTo(1);
        assertThat(read.at("/leftOutReasons/0/code").asString()).isEqualTo("not-a-report");
        assertThat(read.at("/leftOutReasons/0/examples/0").asString()).isEqualTo("old reports.zip: logo.svg");
        assertThat(read.has("problem")).isFalse();

        var report = TopicReader.find(Topics.TLSRPT_RECEIVED, record -> record.headers().lastHeader(
                ReceiptHeaders.ITEM_NAME) != null && header(record, ReceiptHeaders.IMPORT_ID).equals(id));
        assertThat(new String(report.value(), UTF_8)).isEqualTo("{\"report-id\":\"1\"}");
        assertThat(header(report, ReceiptHeaders.ITEM_NAME)).isEqualTo("old reports.zip: a/one.json");
        assertThat(header(report, ReceiptHeaders.TENANT)).isEqualTo(mine.actor().tenant().toString());
        assertThat(header(report, ReceiptHeaders.TRANSPORT)).isEqualTo("upload");
        assertThat(header(report, ReceiptHeaders.PEER)).isEqualTo("test");
        assertThat(header(report, ReceiptHeaders.CONTENT_TYPE)).isEqualTo("application/tlsrpt+json");
        assertThat(header(report, ReceiptHeaders.RECEIPT_ID))
                .isEqualTo(UUID.nameUUIDFromBytes((id + "/0").getBytes(UTF_8)).toString());
        var mail = TopicReader.find(Topics.TLSRPT_RECEIVED, record -> record.headers().lastHeader(
                ReceiptHeaders.ITEM_NAME) != null && header(record, ReceiptHeaders.IMPORT_ID).equals(id)
                && header(record, ReceiptHeaders.CONTENT_TYPE).equals("message/rfc822"));
        assertThat(new String(mail.value(), UTF_8)).contains("\r\n\r\n{}");

        record(id, 0, new Counts(1, 0, 0, 0), "", "");
        record(id, 1, new Counts(0, 1, 0, 0), "", "");
        JsonNode done = app.get(mine.token(), PATH + "/" + id).json();
        assertThat(done.path("finished").asBoolean()).isTrue();
        assertThat(done.path("newReports").asInt()).isEqualTo(1);
        assertThat(done.path("known").asInt()).isEqualTo(1);
    }

    private record Counts(int counted, int known, int conflicting, int rejected) {
    }

    private void record(String id, int position, Counts counts, String code, String reason) {
        TestApp.database().useTenant(mine.actor().tenant(), session -> session.importItems().add(new Outcome(
                UUID.fromString(id), UUID.nameUUIDFromBytes((id + "/" + position).getBytes(UTF_8)), "item " + position,
                counts.counted(), counts.known(), counts.conflicting(), counts.rejected(), code, reason)));
    }

    @Test
    void aDamagedArchiveIsReadAsFarAsItGoes() throws IOException {
        byte[] whole = zip("one.json", "{\"report-id\":\"1\"}", "two.json", "{\"report-id\":\"2\"}");

        String id = upload("?name=cut.zip", java.util.Arrays.copyOf(whole, whole.length - 60)).json().path("id").asString();

        JsonNode failed = await(id, "FAILED");
        assertThat(failed.path("items").asInt()).isEqualTo(2);
        assertThat(failed.path("problem").asString()).contains("'cut.zip' is damaged");
        assertThat(failed.has("endedAt")).isTrue();
    }

    @Test
    void reasonsAreGroupedAndListedInATable() throws IOException {
        String id = upload("", zip("a.json", "{}")).json().path("id").asString();
        await(id, "READ");
        for (int i = 0; i < 7; i++) {
            record(id, i, new Counts(0, 0, 0, 1), "not-json", i == 0 ? "=HYPERLINK(\"http://evil.test\")" : "=A");
        }
        record(id, 7, new Counts(0, 0, 2, 0), "", "");
        record(id, 8, new Counts(3, 0, 0, 0), "", "");

        JsonNode status = app.get(mine.token(), PATH + "/" + id).json();
        assertThat(status.path("wrong").asInt()).isEqualTo(7);
        assertThat(status.path("conflicting").asInt()).isEqualTo(2);
        assertThat(status.path("newReports").asInt()).isEqualTo(3);
        assertThat(status.path("reasons").size()).isEqualTo(2);
        assertThat(status.at("/reasons/0/code").asString()).isEqualTo("not-json");
        assertThat(status.at("/reasons/0/items").asInt()).isEqualTo(7);
        assertThat(status.at("/reasons/0/examples").size()).isEqualTo(5);
        assertThat(status.at("/reasons/1/code").asString()).isEqualTo("conflicting");

        Answer csv = app.get(mine.token(), PATH + "/" + id + "/problems.csv");
        assertThat(csv.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        assertThat(csv.header("Content-Disposition")).startsWith("attachment");
        assertThat(csv.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(csv.body().lines()).hasSize(9).first().isEqualTo("item,code,reason,wrong,conflicting,receipt");
        assertThat(csv.body()).contains("\"'=HYPERLINK(\"\"http://evil.test\"\")\",1,0,").doesNotContain("item 8");
        problem(app.get(app.organisation().token(), PATH + "/" + id + "/problems.csv"), 404);
        problem(app.get(app.organisation().token(), PATH + "/" + id), 404);
    }

    @Test
    void importsAreListedByPages() throws IOException {
        String older = upload("?name=older.json", "{}".getBytes(UTF_8)).json().path("id").asString();
        await(older, "READ");
        String newer = upload("?name=newer.json", "{}".getBytes(UTF_8)).json().path("id").asString();

        JsonNode first = app.get(mine.token(), PATH + "?limit=1").json();
        assertThat(first.at("/items/0/id").asString()).isEqualTo(newer);
        JsonNode second = app.get(mine.token(), PATH + "?limit=1&after=" + first.path("next").asString()).json();
        assertThat(second.at("/items/0/id").asString()).isEqualTo(older);
        assertThat(second.has("next")).isFalse();
        assertThat(app.get(app.organisation().token(), PATH).json().path("items").size()).isZero();
    }

    @Test
    void whatCannotBeAnUploadIsRefused() {
        problem(upload("", new byte[0]), 400);
        problem(upload("?name=%20", "{}".getBytes(UTF_8)), 400);
        problem(upload("?name=" + "x".repeat(1_001), "{}".getBytes(UTF_8)), 400);
        problem(app.send("POST", PATH, Map.of("Authorization", "Bearer " + mine.token(), "Content-Type",
                "application/x-www-form-urlencoded"), "{}".getBytes(UTF_8)), 415);
        problem(app.send("POST", PATH, Map.of("Content-Type", "application/octet-stream"), "{}".getBytes(UTF_8)), 401);
        problem(app.get(mine.token(), PATH + "/" + UUID.randomUUID()), 404);
        problem(app.get(mine.token(), PATH + "/nonsense"), 400);
    }

    @Test
    void anImportWhoseProcessIsGoneIsInterrupted() {
        var id = UUID.randomUUID();
        Instant begun = Instant.now().truncatedTo(ChronoUnit.MICROS).minusSeconds(600);
        TestApp.database().useTenant(mine.actor().tenant(), session -> {
            session.imports().add(new ImportJob(id, "old.mbox", "anna", begun, 100, ImportJob.Progress.NONE,
                    Optional.empty()));
            session.imports().progress(id, new ImportJob.Progress(ImportState.READING, 50, 0, 0, List.of(), ""),
                    begun.plusSeconds(5));
        });

        JsonNode status = app.get(mine.token(), PATH + "/" + id).json();

        assertThat(status.path("state").asString()).isEqualTo("INTERRUPTED");
        assertThat(status.path("finished").asBoolean()).isTrue();
        assertThat(status.path("endedAt").asString()).isEqualTo(begun.plusSeconds(5).toString());
        assertThat(status.path("problem").asString()).contains("upload the same again");
    }
}
