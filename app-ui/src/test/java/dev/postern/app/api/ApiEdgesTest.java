package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.security.ApiTokens;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What the API answers to requests that are wrong, and its description.
class ApiEdgesTest {

    private final TestApp app = TestApp.shared();

    @Test
    void wantsAToken() {
        Answer without = app.send("GET", "/api/v1/domains", Map.of(), new byte[0]);

        problem(without, 401);
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(without.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void refusesATokenOfNobody() {
        for (String token : new String[]{"postern_guessed", "", "x".repeat(5000)}) {
            Answer answer = app.get(token, "/api/v1/domains");
            problem(answer, 401);
            assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
        }
        problem(app.send("GET", "/api/v1/domains", Map.of("Authorization", "Basic b3duZXI6cGFzc3dvcmQ="), new byte[0]),
                401);
    }

    @Test
    void refusesARevokedToken() {
        var mine = app.organisation();
        assertThat(app.get(mine.token(), "/api/v1/domains").status()).isEqualTo(200);
        var tokens = app.bean(ApiTokens.class);
        tokens.list(mine.actor().tenant()).forEach(token -> tokens.revoke(mine.actor(), token.id()));

        problem(app.get(mine.token(), "/api/v1/domains"), 401);
    }

    @Test
    void knowsTheBootstrapToken() {
        assertThat(app.get(TestApp.TOKEN, "/api/v1/domains").status()).isEqualTo(200);
    }

    @Test
    void answersWithProblemsWhateverIsWrong() {
        problem(app.get(TestApp.TOKEN, "/api/v1/nothing"), 404);
        problem(app.get(TestApp.TOKEN, "/api"), 404);
        problem(app.get(TestApp.TOKEN, "/api/v1/domains/not..a..name"), 404);
        problem(app.get(TestApp.TOKEN, "/api/v1/reports/not-a-key"), 400);
        problem(app.get(TestApp.TOKEN, "/api/v1/reports/00000000-0000-0000-0000-000000000000"), 404);
        problem(app.get(TestApp.TOKEN, "/api/v1/reports/00000000-0000-0000-0000-000000000000/content"), 404);
        problem(app.get(TestApp.TOKEN, "/api/v1/domains/a;b"), 400);
        problem(app.json("PATCH", TestApp.TOKEN, "/api/v1/domains", "{}"), 405);
        problem(app.json("POST", TestApp.TOKEN, "/api/v1/domains", "{\"domain\":"), 400);
        problem(app.json("POST", TestApp.TOKEN, "/api/v1/domains", "[]"), 400);
        problem(app.json("POST", TestApp.TOKEN, "/api/v1/domains", ""), 400);
        problem(app.json("POST", TestApp.TOKEN, "/api/v1/domains", "{\"domain\":\"" + "x".repeat(100_000) + "\"}"),
                400);
        problem(app.json("POST", TestApp.TOKEN, "/api/v1/domains", "[".repeat(1000)), 400);
        problem(app.send("POST", "/api/v1/domains", Map.of("Authorization", "Bearer " + TestApp.TOKEN,
                "Content-Type", "text/plain"), "example.com".getBytes()), 415);
        problem(app.send("GET", "/api/v1/domains", Map.of("Authorization", "Bearer " + TestApp.TOKEN,
                "Accept", "image/png"), new byte[0]), 406);
    }

    @Test
    void describesItselfToAnybody() {
        Answer description = app.send("GET", "/api/v1/openapi.json", Map.of(), new byte[0]);

        assertThat(description.status()).isEqualTo(200);
        JsonNode api = description.json();
        assertThat(api.at("/components/securitySchemes/apiToken/scheme").asString()).isEqualTo("bearer");
        assertThat(api.path("paths").propertyNames()).contains("/api/v1/domains", "/api/v1/domains/{domain}",
                "/api/v1/domains/{domain}/records", "/api/v1/domains/{domain}/policy", "/api/v1/domains/{domain}/phase",
                "/api/v1/steps", "/api/v1/domains/{domain}/checks", "/api/v1/domains/{domain}/probe", "/api/v1/domains/{domain}/reports",
                "/api/v1/domains/{domain}/rejected-reports", "/api/v1/domains/{domain}/timeline", "/api/v1/timeline",
                "/api/v1/reports", "/api/v1/reports/{key}", "/api/v1/reports/{key}/content",
                "/api/v1/rejected-reports/{id}/content").allMatch(path -> path.startsWith("/api/v1/"));
        JsonNode list = api.at("/paths/~1api~1v1~1domains/get");
        assertThat(list.path("parameters").findValuesAsString("name")).containsExactlyInAnyOrder("phase", "q", "show",
                "after", "limit");
        assertThat(api.at("/components/schemas/Problem/properties").propertyNames()).contains("detail");
        assertThat(api.at("/paths/~1api~1v1~1domains/post/responses").propertyNames())
                .containsExactlyInAnyOrder("200", "201", "default");
        assertThat(api.at("/components/schemas/CheckState/properties").propertyNames())
                .contains("stage", "need", "meaning", "failsWhen", "verdict", "message", "fix", "evidence");
        assertThat(list.at("/responses/default/content").propertyNames()).containsExactly("application/problem+json");
    }
}
