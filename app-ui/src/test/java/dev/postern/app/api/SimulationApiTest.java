package dev.postern.app.api;

import static dev.postern.app.api.DomainsApiTest.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Organisation;
import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.RecordingStore;
import dev.postern.name.DomainName;
import dev.postern.rollout.UpperBound;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What enforce would have done, over the REST API.
class SimulationApiTest {

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();
    private final String name = TestApp.freshDomain();
    private final String path = "/api/v1/domains/" + name + "/simulation";

    @Test
    void tellsRefusedSessionsBySenderMxAndCause() throws IOException {
        MailDomain domain = add();
        LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
        report(domain, "big", today.minusDays(2), 997, 3, "certificate-expired");
        report(domain, "small", today.minusDays(40), 10, 1, "starttls-not-supported");

        JsonNode told = app.get(mine.token(), path).json();

        assertThat(LocalDate.parse(told.path("from").asString()).plusDays(20)).isEqualTo(told.path("to").asString());
        assertThat(told.path("headline").asString()).contains("3 of 1,000 sessions");
        assertThat(told.at("/sessions/refused").asLong()).isEqualTo(3);
        assertThat(told.at("/sessionBound/rate").asDouble()).isEqualTo(UpperBound.of(3, 1_000).rate());
        assertThat(told.at("/sessionBound/words").asString()).isEqualTo("at most 1 in 120 sessions");
        assertThat(told.at("/bySender/0/organization").asString()).isEqualTo("big");
        assertThat(told.at("/byMx/0/mx").asString()).isEqualTo("mx." + name);
        assertThat(told.at("/byResultType/0/resultType").asString()).isEqualTo("certificate-expired");
        assertThat(told.at("/causes/0/consequence").asString()).isEqualTo("REFUSED");
        assertThat(told.at("/causes/0/remedy").asString()).isNotEmpty();
        assertThat(told.at("/evidence/strength").asString()).isEqualTo("THIN");
        assertThat(told.at("/evidence/shortfalls")).isNotEmpty();
        assertThat(app.get(mine.token(), path + "?days=60").json().at("/sessions/refused").asLong()).isEqualTo(4);
    }

    @Test
    void saysWhenThereIsNothingToTell() {
        add();
        JsonNode told = app.get(mine.token(), path).json();
        assertThat(told.path("headline").asString()).startsWith("No verified report tells yet");
        assertThat(told.at("/sessionBound/words").asString()).isEqualTo("too little to say");
        assertThat(told.at("/traffic").has("share")).isFalse();
    }

    @Test
    void refusesOthersAndOtherPeriods() {
        add();
        problem(app.get(app.organisation().token(), path), 404);
        for (String days : List.of("0", "366", "-1", "many")) {
            problem(app.get(mine.token(), path + "?days=" + days), 400);
        }
    }

    @Test
    void isDescribed() {
        JsonNode described = app.get(mine.token(), "/api/v1/openapi.json").json()
                .path("paths").path("/api/v1/domains/{domain}/simulation").path("get");
        assertThat(described.path("summary").asString()).isEqualTo("What enforce would have done to past mail");
        JsonNode days = described.path("parameters").valueStream().filter(parameter -> parameter.path("name").asString()
                .equals("days")).findFirst().orElseThrow();
        assertThat(days.at("/schema/maximum").asInt()).isEqualTo(365);
        assertThat(days.at("/schema/default").asInt()).isEqualTo(21);
    }

    private MailDomain add() {
        assertThat(app.json("POST", mine.token(), "/api/v1/domains", "{\"domain\":\"" + name + "\"}").status())
                .isEqualTo(201);
        DomainsApiTest.prove(mine, name);
        return TestApp.database().inTenant(mine.actor().tenant(),
                session -> session.domains().byName(new DomainName(name)).orElseThrow());
    }

    private void report(MailDomain domain, String organization, LocalDate day, long successful, long failed, String type)
            throws IOException {
        byte[] json = """
                {"organization-name": "%s", "report-id": "%s",
                 "date-range": {"start-datetime": "%sT00:00:00Z", "end-datetime": "%sT23:59:59Z"},
                 "policies": [{"policy": {"policy-type": "sts", "policy-domain": "%s"},
                   "summary": {"total-successful-session-count": %d, "total-failure-session-count": %d},
                   "failure-details": [{"result-type": "%s", "receiving-mx-hostname": "mx.%s",
                     "failed-session-count": %d}]}]}
                """.formatted(organization, day, day, day, name, successful, failed, type, name, failed).getBytes(UTF_8);
        var read = new TlsReportReader(ReportLimits.DEFAULT).read(new ByteArrayInputStream(json)).orThrow();
        var incoming = new IncomingReport(UUID.randomUUID(), domain.id(), name, read, Authenticity.verified("sender.test"),
                List.of(), new Receipt(UUID.randomUUID(), "smtp", "192.0.2.1", Instant.now(), ""), json);
        RecordingStore.makeRoom(TestApp.database(), List.of(incoming.day()));
        TestApp.database().useTenant(mine.actor().tenant(), session -> {
            session.domains().lock(List.of(domain.id()));
            session.recording().record(List.of(incoming));
        });
    }
}
