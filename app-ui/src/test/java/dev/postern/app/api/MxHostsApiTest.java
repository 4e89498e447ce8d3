package dev.postern.app.api;

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
import dev.postern.name.DomainName;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.stream.ProbeRequest;
import dev.postern.stream.Json;
import dev.postern.stream.Topics;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// MX hosts over the REST API.
class MxHostsApiTest {

    private static final String PATH = "/api/v1/mx-hosts";

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();
    private final String domain = TestApp.freshDomain();
    private final String host = "mx1." + domain;

    @Test
    void registersAHostOnceAndAsksForItsProbe() {
        Answer added = add(host.toUpperCase());
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.header("Location")).isEqualTo(PATH + "/" + host);
        assertThat(added.json().path("host").asString()).isEqualTo(host);
        assertThat(added.json().path("verified").asBoolean()).isFalse();
        assertThat(added.json().path("figures")).isEmpty();

        assertThat(add(host).status()).isEqualTo(200);
        JsonNode list = app.get(mine.token(), PATH).json();
        assertThat(list.path("items")).hasSize(1);
        assertThat(list.at("/items/0/tlsRptRecord").asString()).isEqualTo("UNKNOWN");
        var asked = Json.read(TopicReader.find(Topics.PROBE_REQUESTED_NOW, record -> record.key().equals(host)).value(),
                ProbeRequest.class);
        assertThat(asked.domainId()).isEqualTo(registered().id());
    }

    @Test
    void refusesWhatIsNoHost() {
        for (String input : List.of("", "mx1", "192.0.2.1", "a@b.example", "co.uk", "mx 1.example")) {
            problem(add(input), 422);
        }
        problem(app.json("POST", mine.token(), PATH, "{}"), 422);
        assertThat(problem(add("192.0.2.1"), 422).path("detail").asString()).contains("an MX is a host name");
        assertThat(problem(add(" "), 422).path("detail").asString()).contains("mx1.example.com");
    }

    @Test
    void isNoMailDomain() {
        add(host);

        problem(app.get(mine.token(), "/api/v1/domains/" + host), 404);
        problem(app.json("POST", mine.token(), "/api/v1/domains/" + host + "/phase", "{\"phase\":\"TESTING\"}"), 404);
        problem(app.json("PUT", mine.token(), "/api/v1/domains/" + host + "/policy", "{\"mx\":[\"" + host + "\"]}"), 404);
        problem(app.json("DELETE", mine.token(), "/api/v1/domains/" + host, ""), 404);
        assertThat(app.get(mine.token(), "/api/v1/domains").json().path("items")).isEmpty();
        assertThat(app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + host + "\"}").status())
                .as("a name may be both").isEqualTo(201);
        assertThat(app.get(mine.token(), PATH + "/" + host).json().at("/records/0/why").asString())
                .contains("in place of the one there");
    }

    @Test
    void tellsTheRecordAndTheDomainsItServes() {
        serve(domain, true, host, "mx.provider.example");
        serve("other-" + domain, false, host);
        add(host);

        JsonNode detail = app.get(mine.token(), PATH + "/" + host).json();

        assertThat(detail.path("serves").valueStream().map(JsonNode::asString))
                .containsExactly(domain, "other-" + domain);
        assertThat(detail.path("records").findValuesAsString("name"))
                .containsExactly("_smtp._tls." + host, "_postern-challenge." + host);
        assertThat(detail.at("/records/0/value").asString()).isEqualTo("v=TLSRPTv1; rua=mailto:"
                + registered().reportToken() + "@postern.example,https://postern.example/v1/tlsrpt/"
                + registered().reportToken());
        assertThat(app.get(mine.token(), PATH).json().at("/items/0/serves")).hasSize(2);
    }

    @Test
    void suggestsTheHostsOfItsDomains() {
        serve(domain, true, host, "mx2." + domain, "mx.provider.example");
        add(host);

        JsonNode candidates = app.get(mine.token(), PATH).json().path("candidates");

        assertThat(candidates.findValuesAsString("host")).containsExactly("mx2." + domain, "mx.provider.example");
        assertThat(candidates.findValuesAsString("standing")).containsExactly("OWN", "FOREIGN");
    }

    @Test
    void hidesHostsOfOthers() {
        add(host);
        Organisation other = app.organisation();

        for (String below : List.of("", "/reports")) {
            problem(app.get(other.token(), PATH + "/" + host + below), 404);
        }
        problem(app.json("DELETE", other.token(), PATH + "/" + host, ""), 404);
        problem(app.json("POST", other.token(), PATH + "/" + host + "/probe", ""), 404);
        assertThat(app.get(other.token(), PATH).json().path("items")).isEmpty();
        problem(app.get(mine.token(), PATH + "/" + host + "?days=0"), 400);
        problem(app.get(mine.token(), PATH + "/" + host + "?days=366"), 400);
    }

    @Test
    void removesAHostAndTellsOfIt() {
        add(host);

        assertThat(app.json("DELETE", mine.token(), PATH + "/" + host, "").status()).isEqualTo(204);

        problem(app.get(mine.token(), PATH + "/" + host), 404);
        problem(app.json("DELETE", mine.token(), PATH + "/" + host, ""), 404);
        assertThat(app.get(mine.token(), "/api/v1/timeline").json().path("items").findValuesAsString("headline"))
                .contains("MX host removed by test", "MX host added by test");
        problem(app.get(mine.token(), PATH + "/no%20host"), 404);
    }

    @Test
    void listsFiguresByPolicyTypeAndAddsNone() throws IOException {
        add(host);
        store("""
                {"policy":{"policy-type":"tlsa","policy-domain":"%1$s"},"summary":{"total-successful-session-count":90,
                "total-failure-session-count":10},"failure-details":[{"result-type":"validation-failure",
                "failed-session-count":10}]},{"policy":{"policy-type":"no-policy-found","policy-domain":"%1$s"},
                "summary":{"total-successful-session-count":95,"total-failure-session-count":5},"failure-details":[
                {"result-type":"starttls-not-supported","failed-session-count":5}]}""".formatted(host));
        assertThat(app.get(mine.token(), PATH + "/" + host).json().path("figures")).as("not proven yet").isEmpty();
        TestApp.database().useTenant(mine.actor().tenant(), session -> session.domains().markVerified(registered().id(),
                OwnershipProof.REPORT_ADDRESS, Instant.now()));

        JsonNode figures = app.get(mine.token(), PATH + "/" + host).json().path("figures");

        assertThat(figures).hasSize(2);
        assertThat(figures.at("/0/policyType").asString()).isEqualTo("tlsa");
        assertThat(figures.at("/0/successful").asLong()).isEqualTo(90);
        assertThat(figures.at("/0/failed").asLong()).isEqualTo(10);
        assertThat(figures.at("/0/failures/0/resultType").asString()).isEqualTo("validation-failure");
        assertThat(figures.at("/0/organizations/0/organizationName").asString()).isEqualTo("Sender");
        assertThat(figures.at("/1/policyType").asString()).isEqualTo("no-policy-found");
        assertThat(figures.at("/1/failed").asLong()).isEqualTo(5);
        assertThat(app.get(mine.token(), PATH).json().at("/items/0/reports").asLong()).isEqualTo(1);
        JsonNode reports = app.get(mine.token(), PATH + "/" + host + "/reports").json().path("items");
        assertThat(reports).hasSize(1);
        assertThat(reports.at("/0/domain").asString()).isEqualTo(host);
        JsonNode report = app.get(mine.token(), "/api/v1/reports/" + reports.at("/0/key").asString()).json();
        assertThat(report.at("/report/domain").asString()).isEqualTo(host);
    }

    @Test
    void takesAnUploadForAHost() {
        add(host);

        Answer accepted = app.send("POST", "/api/v1/reports?domain=" + host, Map.of("Authorization", "Bearer "
                + mine.token(), "Content-Type", "application/tlsrpt+json"), "{}".getBytes(UTF_8));

        assertThat(accepted.status()).isEqualTo(202);
        String token = registered().reportToken();
        assertThat(TopicReader.find(Topics.TLSRPT_RECEIVED, record -> record.key().equals(token)).value())
                .isEqualTo("{}".getBytes(UTF_8));
    }

    private void store(String policies) throws IOException {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        byte[] json = """
                {"organization-name":"Sender","date-range":{"start-datetime":"%1$sT00:00:00Z",
                "end-datetime":"%1$sT23:59:59Z"},"contact-info":"tls@sender.example","report-id":"one",
                "policies":[%2$s]}""".formatted(day, policies).getBytes(UTF_8);
        var report = new TlsReportReader(ReportLimits.DEFAULT).read(new ByteArrayInputStream(json)).orThrow();
        var receipt = new Receipt(UUID.randomUUID(), "smtp", "192.0.2.1", Instant.now(), "message/rfc822");
        RecordingStore.makeRoom(TestApp.database(), List.of(day.withDayOfMonth(1)));
        List<Recording> outcome = TestApp.database().inTenant(mine.actor().tenant(), session -> session.recording()
                .record(List.of(new IncomingReport(UUID.randomUUID(), registered().id(), host, report,
                        Authenticity.verified("sender.test"), List.of(), receipt, json))));
        assertThat(outcome).containsExactly(Recording.COUNTED);
    }

    private Answer add(String name) {
        return app.json("POST", mine.token(), PATH, "{\"host\":\"" + name + "\"}");
    }

    private RegisteredMxHost registered() {
        return TestApp.database().inTenant(mine.actor().tenant(), session -> session.mxHosts()
                .byName(new DomainName(host))).orElseThrow();
    }

    private void serve(String name, boolean proven, String... mx) {
        assertThat(app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + name + "\"}").status())
                .isEqualTo(201);
        TestApp.database().useTenant(mine.actor().tenant(), session -> {
            var id = session.domains().byName(new DomainName(name)).orElseThrow().id();
            session.domains().probed(id, Instant.parse("2026-11-23T10:00:00Z"), Optional.of(List.of(mx)));
            if (proven) {
                session.domains().markVerified(id, OwnershipProof.TXT_RECORD, Instant.parse("2026-11-23T10:00:00Z"));
            }
        });
    }

    private static JsonNode problem(Answer answer, int status) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("detail").asString()).isNotBlank();
        return answer.json();
    }
}
