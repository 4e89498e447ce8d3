package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The application without Kafka: it starts and works, and takes no report that it could lose.
class KafkaAwayTest {

    @Test
    void startsAndRefusesUploads() {
        // Nothing listens on port 1.
        try (var app = TestApp.start("127.0.0.1:1")) {
            var mine = app.organisation();
            String name = TestApp.freshDomain();
            assertThat(app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + name + "\"}").status())
                    .isEqualTo(201);

            problem(app.send("POST", "/api/v1/reports?domain=" + name,
                    Map.of("Authorization", "Bearer " + mine.token(), "Content-Type", "application/tlsrpt+json"),
                    "{}".getBytes()), 503);
        }
    }

    @Test
    void anImportSaysThatItWasNotTaken() {
        try (var app = TestApp.start("127.0.0.1:1")) {
            var mine = app.organisation();
            String id = begin(app, mine);

            JsonNode failed = TestApp.await("the import to fail", () -> Optional.of(app.get(mine.token(),
                    "/api/v1/imports/" + id).json()).filter(json -> json.path("state").asString().equals("FAILED")));

            assertThat(failed.path("problem").asString()).contains("upload the same again");
            assertThat(failed.path("items").asInt()).isZero();
            assertThat(failed.path("finished").asBoolean()).isTrue();
        }
    }

    private static String begin(TestApp app, TestApp.Organisation mine) {
        return app.send("POST", "/api/v1/imports?name=report.json", Map.of("Authorization", "Bearer " + mine.token(),
                "Content-Type", "application/octet-stream"), "{}".getBytes()).json().path("id").asString();
    }
}
