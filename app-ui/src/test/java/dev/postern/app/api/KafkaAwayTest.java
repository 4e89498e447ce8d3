package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
