package dev.postern.app.api;

import dev.postern.app.bulk.BulkRun;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Steps;
import dev.postern.db.account.Permission;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// The same step for many domains.
@RestController
@Tag(name = "Domains")
class StepController {

    /// Each takes some milliseconds, and a program should not have to wait for minutes.
    private static final int MOST = 500;

    /// @param reason why, kept on each domain's timeline
    record BulkStep(Step step, @Schema(example = "[\"example.com\", \"example.net\"]") List<String> domains,
                    String reason) {
    }

    /// How it went.
    public enum Result { DONE, REFUSED, FAILED, NOT_FOUND }

    /// @param domain as it was asked for
    /// @param detail why it was not done; absent where it was
    public record DomainOutcome(String domain, Result outcome, String detail) {
    }

    /// @param outcomes one for each domain, in the order asked
    public record Outcomes(Step step, int done, int notDone, List<DomainOutcome> outcomes) {
    }

    private final Database database;
    private final Domains domains;

    StepController(Database database, Domains domains) {
        this.database = database;
        this.domains = domains;
    }

    @PostMapping("/api/v1/steps")
    @Operation(summary = "Take a step of the rollout for many domains", description = "One after another, each in a "
            + "transaction of its own: what one is refused holds up none of the others. 200 says how each went. At most "
            + MOST + " domains; ENFORCE, SHORTEN, ROLL_BACK and RETIRE need a reason.")
    Outcomes take(@AuthenticationPrincipal Domains.Actor actor, @RequestBody BulkStep body) {
        actor.need(Permission.CHANGE_ROLLOUT);
        Step step = given(body.step(), "step");
        List<String> asked = given(body.domains(), "domains").stream().map(name -> given(name, "domains")).distinct().toList();
        String reason = Objects.requireNonNullElse(body.reason(), "");
        if (asked.isEmpty() || asked.size() > MOST) {
            throw refused("Name from 1 to " + MOST + " domains.");
        }
        if (Steps.needsReason(step) && reason.isBlank()) {
            throw refused("Say in 'reason' why: it is kept on each domain's timeline.");
        }
        if (reason.length() > SetAside.LONGEST_REASON) {
            throw refused("Give the reason in at most " + SetAside.LONGEST_REASON + " characters.");
        }
        Map<String, MailDomain> found = find(actor, asked);
        // The same domain may be asked for in A-labels and in U-labels.
        List<MailDomain> once = found.values().stream().distinct().toList();
        var results = new BulkRun(domains, actor, step, reason, once).run(_ -> { }).stream()
                .collect(Collectors.toMap(result -> result.domain().id(), Function.identity()));
        var outcomes = new ArrayList<DomainOutcome>();
        for (String name : asked) {
            outcomes.add(Optional.ofNullable(found.get(name)).map(domain -> outcome(name, results.get(domain.id())))
                    .orElseGet(() -> new DomainOutcome(name, Result.NOT_FOUND, "There is no domain '" + name
                            + "' in your organisation.")));
        }
        int done = (int) outcomes.stream().filter(outcome -> outcome.outcome() == Result.DONE).count();
        return new Outcomes(step, done, outcomes.size() - done, outcomes);
    }

    private Map<String, MailDomain> find(Domains.Actor actor, List<String> asked) {
        return database.inTenant(actor.tenant(), session -> {
            var found = new LinkedHashMap<String, MailDomain>();
            for (String name : asked) {
                DomainName.parse(name).asOptional().flatMap(session.domains()::byName)
                        .ifPresent(domain -> found.put(name, domain));
            }
            return found;
        });
    }

    private static DomainOutcome outcome(String name, BulkRun.Result result) {
        return switch (result.ending()) {
            case DONE -> new DomainOutcome(name, Result.DONE, null);
            case REFUSED -> new DomainOutcome(name, Result.REFUSED, result.detail());
            case FAILED, NOT_TRIED -> new DomainOutcome(name, Result.FAILED, result.detail());
        };
    }

    private static ApiProblem refused(String detail) {
        return ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, detail);
    }

    private static <T> T given(T value, String field) {
        if (Objects.isNull(value)) {
            throw refused("The field '" + field + "' is missing.");
        }
        return value;
    }
}
