package dev.postern.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.app.TopicReader;
import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.name.DomainName;
import dev.postern.setup.OwnershipProof;
import dev.postern.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Domains over the REST API.
class DomainsApiTest {

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();
    private final String name = TestApp.freshDomain();

    @Test
    void addsADomainOnce() {
        Answer added = add(name.toUpperCase());
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.header("Location")).isEqualTo("/api/v1/domains/" + name);
        assertThat(added.json().path("domain").asString()).isEqualTo(name);
        assertThat(added.json().path("phase").asString()).isEqualTo("SETUP");
        assertThat(added.json().path("verified").asBoolean()).isFalse();
        assertThat(added.json().has("verifiedAt")).isFalse();

        assertThat(add(name).status()).isEqualTo(200);
        assertThat(app.get(mine.token(), "/api/v1/domains").json().path("items")).hasSize(1);
    }

    @Test
    void refusesWhatIsNoDomain() {
        for (String input : List.of("localhost", "a@b.example", "192.0.2.1", "")) {
            problem(add(input), 422);
        }
        problem(app.json("POST", mine.token(), "/api/v1/domains", "{}"), 422);
    }

    @Test
    void findsADomainByItsUnicodeName() {
        String label = "bücher-" + name.substring(1, 9);
        assertThat(add(label + ".example").status()).isEqualTo(201);

        Answer found = app.get(mine.token(), "/api/v1/domains/b%C3%BCcher-" + name.substring(1, 9) + ".example");

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().at("/domain/domain").asString()).startsWith("xn--bcher-");
        assertThat(found.json().at("/domain/unicode").asString()).isEqualTo(label + ".example");
        assertThat(found.json().path("progress").asString()).isEqualTo("NOTHING");
        assertThat(found.json().path("steps")).hasSize(1);
        assertThat(found.json().at("/steps/0/step").asString()).isEqualTo("BEGIN_TESTING");
        assertThat(found.json().at("/steps/0/open").asBoolean()).isFalse();
        assertThat(found.json().at("/steps/0/needs/0/check").asString()).isEqualTo("domain-ownership");
    }

    @Test
    void listsInPages() {
        for (String label : List.of("c", "a", "b")) {
            add(label + "." + name);
        }
        var seen = new ArrayList<String>();
        String after = "";
        int pages = 0;
        do {
            JsonNode page = app.get(mine.token(), "/api/v1/domains?limit=2" + after).json();
            page.path("items").forEach(item -> seen.add(item.path("domain").asString()));
            after = page.has("next") ? "&after=" + page.path("next").asString() : "";
            pages++;
        } while (!after.isEmpty());

        assertThat(seen).containsExactly("a." + name, "b." + name, "c." + name);
        assertThat(pages).isEqualTo(2);
        problem(app.get(mine.token(), "/api/v1/domains?limit=0"), 400);
        problem(app.get(mine.token(), "/api/v1/domains?limit=many"), 400);
    }

    @Test
    void hidesDomainsOfOthers() {
        add(name);
        Organisation other = app.organisation();
        String path = "/api/v1/domains/" + name;

        for (String below : List.of("", "/records", "/checks", "/reports", "/rejected-reports", "/timeline")) {
            problem(app.get(other.token(), path + below), 404);
        }
        problem(app.json("DELETE", other.token(), path, ""), 404);
        problem(app.json("POST", other.token(), path + "/probe", ""), 404);
        problem(app.json("POST", other.token(), path + "/phase", "{\"phase\":\"TESTING\"}"), 404);
        problem(app.json("PUT", other.token(), path + "/policy", "{\"mx\":[\"mx." + name + "\"]}"), 404);
        assertThat(app.get(other.token(), "/api/v1/domains").json().path("items")).isEmpty();
        assertThat(app.get(mine.token(), path).status()).isEqualTo(200);
    }

    @Test
    void tellsWhatToPublishAndHowItStands() {
        add(name);
        String path = "/api/v1/domains/" + name;

        JsonNode before = app.get(mine.token(), path + "/records").json();
        assertThat(before.path("records").findValuesAsString("name"))
                .containsExactly("_postern-challenge." + name, "_smtp._tls." + name, "mta-sts." + name);
        assertThat(before.path("records").findValuesAsString("state")).containsOnly("UNKNOWN");
        assertThat(before.has("policyFile")).isFalse();
        assertThat(app.get(mine.token(), path + "/checks").json().path("checks")).hasSize(Check.values().length)
                .allSatisfy(check -> assertThat(check.path("verdict").asString()).isEqualTo("UNKNOWN"));

        Instant now = Instant.parse("2026-11-23T10:15:30Z");
        var finding = new Finding(Check.TLSRPT_RECORD, Verdict.FAIL, "There is no record at _smtp._tls." + name + ".",
                "Publish it.", List.of(new Evidence("TXT _smtp._tls." + name, "no such name", now)));
        TestApp.database().useTenant(mine.actor().tenant(), session -> session.findings().save(
                session.domains().byName(new DomainName(name)).orElseThrow().id(), List.of(finding), now));

        JsonNode record = app.get(mine.token(), path + "/records").json().at("/records/1");
        assertThat(record.path("state").asString()).isEqualTo("FAIL");
        assertThat(record.path("message").asString()).isEqualTo(finding.message());
        assertThat(record.path("checkedAt").asString()).isEqualTo("2026-11-23T10:15:30Z");
        JsonNode checks = app.get(mine.token(), path + "/checks").json().path("checks");
        assertThat(checks.findValuesAsString("id")).containsExactly(
                Arrays.stream(Check.values()).map(Check::id).toArray(String[]::new));
        JsonNode check = checks.get(Check.TLSRPT_RECORD.ordinal());
        assertThat(check.path("stage").asString()).isEqualTo("SETUP");
        assertThat(check.path("need").asString()).isEqualTo("REQUIRED");
        assertThat(check.path("title").asString()).isEqualTo(Check.TLSRPT_RECORD.title());
        assertThat(check.path("meaning").asString()).isEqualTo(Check.TLSRPT_RECORD.meaning());
        assertThat(check.path("failsWhen").asString()).isEqualTo(Check.TLSRPT_RECORD.failsWhen());
        assertThat(check.path("verdict").asString()).isEqualTo("FAIL");
        assertThat(check.path("fix").asString()).isEqualTo("Publish it.");
        assertThat(check.at("/evidence/0/answered").asString()).isEqualTo("no such name");
    }

    @Test
    void publishesAPolicyForAProvenDomainOnly() {
        add(name);
        String path = "/api/v1/domains/" + name;
        String policy = "{\"mx\":[\"mx." + name + "\",\"*.mail." + name + "\"]}";

        assertThat(problem(app.json("PUT", mine.token(), path + "/policy", policy), 409).path("detail").asString())
                .contains("ownership");
        prove(mine, name);
        problem(app.json("PUT", mine.token(), path + "/policy", "{\"mx\":[\"mx.*." + name + "\"]}"), 422);
        problem(app.json("PUT", mine.token(), path + "/policy", "{\"mx\":[]}"), 422);
        problem(app.json("PUT", mine.token(), path + "/policy", "{\"mx\":[null]}"), 422);
        problem(app.json("PUT", mine.token(), path + "/policy", "{}"), 422);

        JsonNode published = app.json("PUT", mine.token(), path + "/policy", policy).json();
        assertThat(published.at("/domain/phase").asString()).isEqualTo("TESTING");
        assertThat(published.at("/policy/mode").asString()).isEqualTo("TESTING");
        assertThat(published.at("/policy/version").asInt()).isEqualTo(1);
        assertThat(published.at("/policy/mx")).hasSize(2);
        assertThat(new String(TopicReader.find(Topics.POLICY_PUBLISHED, message -> message.key().equals(name)).value(),
                StandardCharsets.US_ASCII)).contains("mode: testing\r\nmx: mx." + name + "\r\n");
        assertThat(app.get(mine.token(), path + "/records").json().at("/policyFile/body").asString())
                .startsWith("version: STSv1");

        assertThat(problem(app.json("POST", mine.token(), path + "/phase", "{\"phase\":\"ENFORCE\"}"), 409)
                .path("detail").asString()).contains("Not yet.", "21 clean days in testing");
        problem(app.json("DELETE", mine.token(), path, ""), 409);
        problem(app.json("POST", mine.token(), path + "/steps", "{\"step\":\"LENGTHEN\"}"), 409);
        problem(app.json("POST", mine.token(), path + "/set-asides", "{\"organization\":\"big\"}"), 422);
        JsonNode aside = app.json("POST", mine.token(), path + "/set-asides", "{\"organization\":\"big\","
                + "\"resultType\":\"certificate-expired\",\"reason\":\"their clock\"}").json();
        assertThat(aside.at("/0/by").asString()).isEqualTo("test");
        String asidePath = path + "/set-asides/" + aside.at("/0/id").asString();
        assertThat(app.json("DELETE", mine.token(), asidePath, "").status()).isEqualTo(204);
        problem(app.json("DELETE", mine.token(), asidePath, ""), 404);
        assertThat(app.get(mine.token(), path + "/set-asides").json().at("/0/ended/by").asString()).isEqualTo("test");
        assertThat(app.json("POST", mine.token(), path + "/steps", "{\"step\":\"RETIRE\",\"reason\":\"moving\"}").json()
                .at("/policy/mode").asString()).isEqualTo("NONE");
        assertThat(app.get(mine.token(), "/api/v1/timeline?limit=20").json().path("items")
                .findValuesAsString("headline")).contains("Testing → Retiring, by test: moving");
        problem(app.json("POST", mine.token(), path + "/phase", "{\"phase\":\"SLEEPING\"}"), 400);
        problem(app.json("POST", mine.token(), path + "/phase", "{}"), 422);
    }

    @Test
    void removesADomainInSetup() {
        add(name);

        assertThat(app.json("DELETE", mine.token(), "/api/v1/domains/" + name, "").status()).isEqualTo(204);

        problem(app.get(mine.token(), "/api/v1/domains/" + name), 404);
        JsonNode newest = app.get(mine.token(), "/api/v1/timeline?limit=1").json().at("/items/0");
        assertThat(newest.at("/event/kind").asString()).isEqualTo("domain-removed");
        assertThat(newest.path("headline").asString()).isEqualTo("Domain removed by test");
    }

    @Test
    void asksForAProbe() {
        add(name);

        Answer asked = app.json("POST", mine.token(), "/api/v1/domains/" + name + "/probe", "");

        assertThat(asked.status()).isEqualTo(202);
        assertThat(TopicReader.find(Topics.PROBE_REQUESTED_NOW, message -> message.key().equals(name)).value())
                .asString().contains(mine.actor().tenant().toString());
    }

    @Test
    void showsTheTimelineInPages() {
        for (String label : List.of("a", "b", "c")) {
            add(label + "." + name);
        }

        JsonNode first = app.get(mine.token(), "/api/v1/timeline?limit=2").json();
        JsonNode second = app.get(mine.token(), "/api/v1/timeline?limit=2&after=" + first.path("next").asString())
                .json();

        assertThat(first.path("items").findValuesAsString("headline")).hasSize(2);
        assertThat(second.path("items")).hasSize(1);
        assertThat(second.has("next")).isFalse();
        assertThat(List.of(first.at("/items/0/domain").asString(), first.at("/items/1/domain").asString(),
                second.at("/items/0/domain").asString()))
                .containsExactly("c." + name, "b." + name, "a." + name);
        assertThat(app.get(mine.token(), "/api/v1/domains/b." + name + "/timeline").json().path("items")).hasSize(1);
        problem(app.get(mine.token(), "/api/v1/timeline?after=garbage"), 400);
        String beyond = Base64.getUrlEncoder().encodeToString((Instant.MAX + " " + mine.actor().tenant()).getBytes());
        problem(app.get(mine.token(), "/api/v1/timeline?after=" + beyond), 400);
    }

    private Answer add(String domain) {
        return app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + domain + "\"}");
    }

    static void prove(Organisation owner, String domain) {
        TestApp.database().useTenant(owner.actor().tenant(), session -> session.domains().markVerified(
                session.domains().byName(new DomainName(domain)).orElseThrow().id(), OwnershipProof.TXT_RECORD,
                Instant.parse("2026-11-23T10:00:00Z")));
    }

    /// The problem details of an answer with this status.
    static JsonNode problem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("detail").asString()).isNotEmpty();
        return answer.json();
    }
}
