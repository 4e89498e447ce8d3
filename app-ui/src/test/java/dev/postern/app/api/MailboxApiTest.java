package dev.postern.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Mailboxes over the REST API.
class MailboxApiTest {

    private static final String PATH = "/api/v1/mailboxes";
    private static final String SECRET = "never to be seen again";

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();

    private Answer add(String more) {
        return app.json("POST", mine.token(), PATH, "{\"name\": \"Reports\", \"host\": \"localhost\", \"user\": "
                + "\"reports@example.test\"" + more + "}");
    }

    @Test
    void connectsChangesAndRemovesAMailboxAndNeverTellsItsPassword() {
        Answer added = add(", \"password\": \"" + SECRET + "\"");
        assertThat(added.status()).isEqualTo(201);
        String path = added.header("Location");
        assertThat(added.json().path("port").asInt()).isEqualTo(993);
        assertThat(added.json().path("folder").asString()).isEqualTo("INBOX");
        assertThat(added.json().path("afterReading").asString()).isEqualTo("LEAVE");

        Answer changed = app.json("PUT", mine.token(), path, "{\"name\": \"Reports\", \"host\": \"LOCALHOST\", \"user\": "
                + "\"reports@example.test\", \"folder\": \"TLS\", \"afterReading\": \"MOVE\", \"moveTo\": \"Done\", "
                + "\"paused\": true}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("moveTo").asString()).isEqualTo("Done");
        assertThat(changed.json().path("paused").asBoolean()).isTrue();

        Answer listed = app.get(mine.token(), PATH);
        assertThat(listed.json().path("items")).hasSize(1);
        for (Answer answer : List.of(added, changed, listed, app.get(mine.token(), path))) {
            assertThat(answer.body()).doesNotContain(SECRET).doesNotContainIgnoringCase("password");
        }
        assertThat(app.json("DELETE", mine.token(), path, "").status()).isEqualTo(204);
        assertThat(app.get(mine.token(), path).status()).isEqualTo(404);
    }

    @Test
    void aTestNeverReachesIntoThePrivateNetwork() {
        String path = add(", \"password\": \"" + SECRET + "\", \"paused\": true").header("Location");

        Answer look = app.json("POST", mine.token(), path + "/test", "");

        assertThat(look.status()).isEqualTo(200);
        assertThat(look.json().path("works").asBoolean()).isFalse();
        assertThat(look.json().path("problem").asString()).isEqualTo("NOT_PUBLIC");
        assertThat(look.body()).doesNotContain("127.0.0.1").doesNotContain(SECRET);
    }

    @Test
    void refusesWhatIsIncompleteWithAReason() {
        for (String wrong : List.of("", ", \"password\": \"\"", ", \"password\": \"x\", \"port\": 0",
                ", \"password\": \"x\", \"afterReading\": \"MOVE\"",
                ", \"password\": \"x\", \"folder\": \"a\\r\\nb\"")) {
            Answer refused = add(wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(422);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        }
        assertThat(add(", \"password\": \"x\", \"security\": \"NONE\"").status()).isEqualTo(400);
    }

    @Test
    void hidesMailboxesOfOthers() {
        String path = add(", \"password\": \"" + SECRET + "\"").header("Location");
        Organisation other = app.organisation();

        assertThat(app.get(other.token(), PATH).json().path("items")).isEmpty();
        assertThat(app.get(other.token(), path).status()).isEqualTo(404);
        assertThat(app.json("DELETE", other.token(), path, "").status()).isEqualTo(404);
        assertThat(app.json("POST", other.token(), path + "/test", "").status()).isEqualTo(404);
        assertThat(app.json("PUT", other.token(), path, "{\"name\": \"x\", \"host\": \"imap.example.test\", \"user\": "
                + "\"x\", \"password\": \"x\"}").status()).isEqualTo(404);
        assertThat(app.get(mine.token(), path).status()).isEqualTo(200);
    }
}
