package dev.postern.app.api;

import dev.postern.app.domain.DomainStatus;
import dev.postern.app.domain.Domains;
import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.setup.PolicyFile;
import dev.postern.setup.RecordToPublish;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What a domain's owner has to publish, and what the checks found.
@RestController
@RequestMapping("/api/v1/domains/{domain}")
@Tag(name = "Setup and checks")
class SetupController {

    private static final String NOT_CHECKED = "Not checked yet.";

    /// A DNS record to publish and its current state.
    ///
    /// @param ready     false while it must not be published yet (RFC 8461 §8.1)
    /// @param check     id of the check that tells whether it is live
    /// @param state     what that check found last; UNKNOWN before the first probe
    /// @param checkedAt when; null before the first probe
    public record RecordState(String name, @Schema(allowableValues = {"TXT", "CNAME"}) String type, String value,
                              String why, boolean ready, String check, Verdict state, String message,
                              Instant checkedAt) {

        static RecordState of(RecordToPublish toPublish, DomainStatus status) {
            Optional<StoredFinding> found = status.finding(toPublish.check());
            return new RecordState(toPublish.name(), toPublish.type(), toPublish.value(), toPublish.why(),
                    toPublish.ready(), toPublish.check().id(), status.verdict(toPublish.check()),
                    found.map(stored -> stored.finding().message()).orElse(NOT_CHECKED),
                    found.map(StoredFinding::checkedAt).orElse(null));
        }
    }

    /// @param records    for the domain's owner to publish
    /// @param written    written by Postern, where it may
    /// @param policyFile null before the first policy
    public record ToPublish(List<RecordState> records, List<RecordState> written, PolicyFile policyFile) {
    }

    /// A check and what it found last.
    ///
    /// @param need      what the step to enforce makes of it
    /// @param verdict   UNKNOWN before the first probe
    /// @param fix       what to do; empty when there is nothing to do
    /// @param checkedAt when it was last confirmed; null before the first probe
    /// @param since     since when the verdict has been the same; null before the first probe
    public record CheckState(String id, Stage stage, Check.Need need, String title, String meaning, String failsWhen,
                             Verdict verdict, String message, String fix, List<Evidence> evidence, Instant checkedAt, Instant since) {

        static CheckState of(Check check, Optional<StoredFinding> found) {
            Finding finding = found.map(StoredFinding::finding)
                    .orElse(new Finding(check, Verdict.UNKNOWN, NOT_CHECKED, "", List.of()));
            return new CheckState(check.id(), check.stage(), check.need(), check.title(), check.meaning(), check.failsWhen(),
                    finding.verdict(),
                    finding.message(), finding.fix(), finding.evidence(),
                    found.map(StoredFinding::checkedAt).orElse(null), found.map(StoredFinding::since).orElse(null));
        }
    }

    public record Checks(List<CheckState> checks) {
    }

    private final Domains domains;
    private final DomainPaths paths;

    SetupController(Domains domains, DomainPaths paths) {
        this.domains = domains;
        this.paths = paths;
    }

    @GetMapping("/records")
    @Operation(summary = "What to publish, in the safe order, with its current state")
    ToPublish records(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        DomainStatus status = status(actor, domain);
        return new ToPublish(status.plan().records().stream()
                .map(toPublish -> RecordState.of(toPublish, status)).toList(), status.plan().written().stream()
                .map(record -> RecordState.of(record, status)).toList(), status.plan().file().orElse(null));
    }

    @GetMapping("/checks")
    @Operation(summary = "Every check, in the order in which to work on them")
    Checks checks(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        DomainStatus status = status(actor, domain);
        return new Checks(Arrays.stream(Check.values())
                .map(check -> CheckState.of(check, status.finding(check))).toList());
    }

    private DomainStatus status(Domains.Actor actor, String domain) {
        return domains.status(actor.tenant(), paths.name(domain))
                .orElseThrow(() -> ApiProblem.noSuchDomain(domain));
    }
}
