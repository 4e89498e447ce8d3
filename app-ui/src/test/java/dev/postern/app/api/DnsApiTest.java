package dev.postern.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import java.util.List;
import org.junit.jupiter.api.Test;

/// DNS connections, and who writes a domain's records, over the REST API.
class DnsApiTest {

    private static final String PATH = "/api/v1/dns-connections";
    private static final String SECRET = "bmV2ZXIgdG8gYmUgc2VlbiBhZ2Fpbg==";

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();

    private Answer add(String zone) {
        return app.json("POST", mine.token(), PATH, "{\"kind\": \"RFC2136\", \"name\": \"Ours\", \"zone\": \"" + zone
                + "\", \"host\": \"127.0.0.1\", \"key\": \"Postern\", \"secret\": \"" + SECRET + "\"}");
    }

    private String domain(Organisation of, String name) {
        assertThat(app.json("POST", of.token(), "/api/v1/domains", "{\"domain\": \"" + name + "\"}").status()).isEqualTo(201);
        return "/api/v1/domains/" + name;
    }

    @Test
    void keepsAndRemovesAConnectionAndNeverTellsItsSecret() {
        Answer added = add("Example.TEST.");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().path("zone").asString()).isEqualTo("example.test");
        assertThat(added.json().path("port").asInt()).isEqualTo(53);
        assertThat(added.json().path("key").asString()).isEqualTo("postern");
        assertThat(added.json().path("algorithm").asString()).isEqualTo("hmac-sha256");
        String path = added.header("Location");
        Answer cloudflare = app.json("POST", mine.token(), PATH, "{\"kind\": \"CLOUDFLARE\", \"name\": \"A\", \"zone\": "
                + "\"example.test\", \"secret\": \"" + SECRET + "\"}");
        assertThat(cloudflare.status()).isEqualTo(201);
        assertThat(app.json("POST", mine.token(), PATH, "{\"kind\": \"ROUTE53\", \"name\": \"B\", \"zone\": "
                + "\"example.test\", \"key\": \"AKIAIOSFODNN7EXAMPLE\", \"secret\": \"" + SECRET + "\"}").status()).isEqualTo(201);
        Answer listed = app.get(mine.token(), PATH);
        assertThat(listed.json().path("items")).hasSize(3);
        for (Answer answer : List.of(added, cloudflare, listed, app.get(mine.token(), path))) {
            assertThat(answer.body()).doesNotContain(SECRET).doesNotContainIgnoringCase("secret");
        }
        assertThat(app.json("DELETE", mine.token(), path, "").status()).isEqualTo(204);
        assertThat(app.get(mine.token(), path).status()).isEqualTo(404);
    }

    @Test
    void aTestNeverReachesIntoThePrivateNetwork() {
        Answer look = app.json("POST", mine.token(), add("example.test").header("Location") + "/test", "");
        assertThat(look.status()).isEqualTo(200);
        assertThat(look.json().path("works").asBoolean()).isFalse();
        assertThat(look.json().path("problem").asString()).isEqualTo("NOT_PUBLIC");
        assertThat(look.body()).doesNotContain(SECRET);
    }

    @Test
    void refusesWhatIsIncompleteWithAReason() {
        for (String wrong : List.of("{}", "{\"kind\": \"RFC2136\", \"name\": \"x\", \"zone\": \"example.test\"}",
                "{\"kind\": \"CLOUDFLARE\", \"name\": \"x\", \"zone\": \"example.test\"}",
                "{\"kind\": \"CLOUDFLARE\", \"name\": \"x\", \"zone\": \"a/../b\", \"secret\": \"" + SECRET + "\"}",
                "{\"kind\": \"CLOUDFLARE\", \"name\": \"x\", \"zone\": \"example.test\", \"secret\": \"a\\r\\nX: y12345\"}",
                "{\"kind\": \"ROUTE53\", \"name\": \"x\", \"zone\": \"example.test\", \"key\": \"x\\ny\", \"secret\": \"" + SECRET
                        + "\"}")) {
            Answer refused = app.json("POST", mine.token(), PATH, wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(422);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        }
    }

    @Test
    void choosesWhoWritesTheRecordsOfADomain() {
        String domain = domain(mine, "chosen.example.test");
        assertThat(app.get(mine.token(), domain + "/dns").json().path("writer").asString()).isEqualTo("BY_HAND");
        assertThat(app.get(mine.token(), domain + "/records").json().path("records")).isNotEmpty();
        String path = add("example.test").header("Location");
        String id = path.substring(path.lastIndexOf('/') + 1);
        Answer chosen = app.json("PUT", mine.token(), domain + "/dns", "{\"writer\": \"CONNECTION\", \"connection\": \"" + id
                + "\"}");
        assertThat(chosen.status()).isEqualTo(200);
        assertThat(chosen.json().path("connection").asString()).isEqualTo(id);
        Answer records = app.get(mine.token(), domain + "/records");
        assertThat(records.json().path("records")).isEmpty();
        assertThat(records.json().path("written")).isNotEmpty();
        assertThat(app.get(mine.token(), path).json().path("domains").path(0).asString()).isEqualTo("chosen.example.test");
        assertThat(app.get(mine.token(), domain + "/timeline").body()).contains("dns-writing-chosen",
                "Postern through Ours");
        assertThat(app.json("DELETE", mine.token(), path, "").status()).isEqualTo(204);
        assertThat(app.get(mine.token(), domain + "/dns").json().path("writer").asString()).isEqualTo("BY_HAND");
    }

    @Test
    void refusesWhatDoesNotFit() {
        String domain = domain(mine, "fitting.example.test");
        String elsewhere = add("other.test").header("Location");
        String id = elsewhere.substring(elsewhere.lastIndexOf('/') + 1);
        for (String wrong : List.of("{}", "{\"writer\": \"CONNECTION\"}", "{\"writer\": \"DELEGATED\"}",
                "{\"writer\": \"CONNECTION\", \"connection\": \"" + id + "\"}",
                "{\"writer\": \"CONNECTION\", \"connection\": \"00000000-0000-0000-0000-000000000000\"}")) {
            assertThat(app.json("PUT", mine.token(), domain + "/dns", wrong).status()).as(wrong).isEqualTo(422);
        }
        assertThat(app.json("POST", mine.token(), domain + "/dns/replace", "{\"name\": \"_mta-sts.fitting.example.test\", "
                + "\"found\": \"v=STSv1; id=1;\"}").status()).isEqualTo(422);
        assertThat(app.get(mine.token(), domain + "/dns").json().path("writer").asString()).isEqualTo("BY_HAND");
    }

    @Test
    void hidesConnectionsOfOthers() {
        String path = add("example.test").header("Location");
        String id = path.substring(path.lastIndexOf('/') + 1);
        Organisation other = app.organisation();
        assertThat(app.get(other.token(), PATH).json().path("items")).isEmpty();
        assertThat(app.get(other.token(), path).status()).isEqualTo(404);
        assertThat(app.json("DELETE", other.token(), path, "").status()).isEqualTo(404);
        assertThat(app.json("POST", other.token(), path + "/test", "").status()).isEqualTo(404);
        String theirs = domain(other, "theirs.example.test");
        assertThat(app.json("PUT", other.token(), theirs + "/dns", "{\"writer\": \"CONNECTION\", \"connection\": \"" + id
                + "\"}").status()).isEqualTo(422);
        assertThat(app.get(mine.token(), theirs + "/dns").status()).isEqualTo(404);
    }
}
