package dev.postern.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.app.domain.Addition;
import dev.postern.app.domain.Domains;
import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The same step for many domains over the REST API, and the list that one chooses them from.
class StepsApiTest {

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();

    @Test
    void saysOfEachDomainHowItWent() {
        String ready = ready(mine);
        String alsoReady = ready(mine);
        String unproven = added(mine).name().ascii();
        String others = ready(app.organisation());

        Answer answer = steps("BEGIN_TESTING", "Begun with the rest", ready, unproven, others, "no domain",
                alsoReady.toUpperCase(), alsoReady);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("outcomes").findValuesAsString("domain"))
                .containsExactly(ready, unproven, others, "no domain", alsoReady.toUpperCase(), alsoReady);
        assertThat(answer.json().path("outcomes").findValuesAsString("outcome"))
                .containsExactly("DONE", "REFUSED", "NOT_FOUND", "NOT_FOUND", "DONE", "DONE");
        assertThat(answer.json().path("done").asInt()).isEqualTo(3);
        assertThat(answer.json().path("notDone").asInt()).isEqualTo(3);
        assertThat(answer.json().at("/outcomes/1/detail").asString()).contains("Ownership proven");
        assertThat(answer.json().at("/outcomes/0").has("detail")).isFalse();
        for (String name : List.of(ready, alsoReady)) {
            assertThat(app.get(mine.token(), "/api/v1/domains/" + name).json().at("/domain/phase").asString())
                    .isEqualTo("TESTING");
            assertThat(app.get(mine.token(), "/api/v1/domains/" + name + "/timeline").body())
                    .contains("Setup → Testing, by test: Begun with the rest")
                    .contains("published by test: Begun with the rest");
        }
        assertThat(app.get(mine.token(), "/api/v1/domains/" + unproven).json().at("/domain/phase").asString())
                .isEqualTo("SETUP");
    }

    @Test
    void refusesWhatItCouldNotDoForAny() {
        String name = added(mine).name().ascii();
        for (String step : List.of("ENFORCE", "SHORTEN", "ROLL_BACK", "RETIRE")) {
            problem(steps(step, " ", name), 422, "reason");
        }
        problem(steps("BEGIN_TESTING", "x".repeat(1_001), name), 422, "1000 characters");
        problem(steps("BEGIN_TESTING", ""), 422, "from 1 to 500");
        problem(steps("BEGIN_TESTING", "", IntStream.range(0, 501).mapToObj(number -> "d" + number + ".example")
                .toArray(String[]::new)), 422, "from 1 to 500");
        problem(app.json("POST", mine.token(), "/api/v1/steps", "{\"domains\": [\"" + name + "\"]}"), 422, "'step'");
        problem(app.json("POST", mine.token(), "/api/v1/steps", "{\"step\": \"ENFORCE\"}"), 422, "'domains'");
        problem(app.json("POST", mine.token(), "/api/v1/steps", "{\"step\": \"ENFORCE\", \"domains\": [null]}"), 422, "'domains'");
        problem(app.json("POST", mine.token(), "/api/v1/steps", "{\"step\": \"LEAP\", \"domains\": [\"a.example\"]}"), 400, "");
    }

    @Test
    void listsWhatIsAskedFor() {
        String begun = ready(mine);
        steps("BEGIN_TESTING", "", begun);
        String waiting = added(mine).name().ascii();
        var domains = app.bean(Domains.class);
        String unicode = ((Addition.Added) domains.add(mine.actor(), "bücher-" + begun)).domain().name().ascii();

        assertThat(listed("?phase=TESTING")).containsExactly(begun);
        assertThat(listed("?phase=SETUP")).containsExactlyInAnyOrder(waiting, unicode);
        assertThat(listed("?q=" + waiting.substring(3, 9).toUpperCase())).containsExactly(waiting);
        assertThat(listed("?q=b%C3%BCcher-" + begun.substring(0, begun.indexOf('.')))).containsExactly(unicode);
        assertThat(listed("?q=%25")).isEmpty();
        assertThat(listed("?q=%00")).hasSize(3);
        assertThat(listed("?after=%00")).hasSize(3);
        assertThat(listed("?show=READY")).isEmpty();
        assertThat(listed("?show=FAILURES")).isEmpty();
        assertThat(listed("?show=REFUSING")).isEmpty();
        problem(app.get(mine.token(), "/api/v1/domains?phase=SOON"), 400, "");
    }

    private List<String> listed(String query) {
        return app.get(mine.token(), "/api/v1/domains" + query).json().path("items").findValuesAsString("domain");
    }

    private Answer steps(String step, String reason, String... names) {
        return app.json("POST", mine.token(), "/api/v1/steps", "{\"step\": \"" + step + "\", \"reason\": \"" + reason
                + "\", \"domains\": [" + String.join(", ", Stream.of(names).map(name -> "\"" + name + "\"").toList()) + "]}");
    }

    private MailDomain added(Organisation organisation) {
        return ((Addition.Added) app.bean(Domains.class).add(organisation.actor(), TestApp.freshDomain())).domain();
    }

    /// Proven, and its mail servers seen.
    private String ready(Organisation organisation) {
        MailDomain domain = added(organisation);
        Instant now = Instant.now();
        TestApp.database().useTenant(organisation.actor().tenant(), session -> {
            session.domains().markVerified(domain.id(), OwnershipProof.TXT_RECORD, now);
            session.domains().probed(domain.id(), now, Optional.of(List.of("mx." + domain.name().ascii())));
            session.findings().save(domain.id(), List.of(
                    new Finding(Check.DOMAIN_OWNERSHIP, Verdict.PASS, "It is yours.", "", List.of()),
                    new Finding(Check.MX_RECORDS, Verdict.PASS, "One MX.", "", List.of())), now);
        });
        return domain.name().ascii();
    }

    private static void problem(Answer answer, int status, String detail) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().path("detail").asString()).contains(detail);
    }
}
