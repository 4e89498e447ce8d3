package dev.postern.app.api;

import dev.postern.app.bounce.BounceEvidence;
import dev.postern.app.domain.Domains;
import dev.postern.bounce.Bounce;
import dev.postern.bounce.Diagnosis;
import dev.postern.bounce.Fault;
import dev.postern.bounce.Wording;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.rollout.Phase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// What a bounce means.
@RestController
@Tag(name = "Bounces")
class BounceController {

    /// @param id        of the check
    /// @param checkedAt when it was last looked at
    public record Found(String id, Verdict verdict, String message, Instant checkedAt) {
    }

    /// @param resultType as senders write it
    /// @param mx         empty where the sender named none
    public record Reported(String organization, String resultType, String mx, long sessions) {
    }

    /// @param phase    of the domain
    /// @param findings of the checks that show the fault
    /// @param reported the same fault in reports of the last 7 days
    public record Evidence(String domain, Phase phase, List<Found> findings, List<Reported> reported) {

        static Evidence of(BounceEvidence evidence) {
            return new Evidence(evidence.status().domain().name().ascii(), evidence.status().domain().phase(),
                    evidence.findings().stream().map(each -> new Found(each.finding().check().id(),
                            each.finding().verdict(), each.finding().message(), each.checkedAt())).toList(),
                    evidence.reported().stream().map(each -> new Reported(each.organization(), each.type().wire(),
                            each.mx(), each.sessions())).toList());
        }
    }

    /// @param diagnosis `known`, `something-with-tls` or `nothing-with-tls`
    /// @param certain   false where only a code speaks for it
    /// @param mechanism what made the sender refuse
    /// @param sender    whose words they are
    /// @param checks    ids of the checks that show it
    /// @param evidence  null where the domain is none of yours
    public record Explanation(List<String> statuses, String recipient, String domain, String mx, String diagnosis,
                              Boolean certain, String mechanism, String title, String meaning, String remedy,
                              String sender, String source, List<String> checks, Evidence evidence) {
    }

    private final Database database;
    private final Domains domains;
    private final Clock clock;

    BounceController(Database database, Domains domains, Clock clock) {
        this.database = database;
        this.domains = domains;
        this.clock = clock;
    }

    @PostMapping(path = "/api/v1/bounces/explain", consumes = {MediaType.TEXT_PLAIN_VALUE, "message/rfc822"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Explain a bounce", description = "Takes a non-delivery report, its text, or a line of a log, of at "
            + "most 262,144 characters. Nothing of it is kept.")
    @ApiResponse(responseCode = "200", description = "What it means")
    Explanation explain(@AuthenticationPrincipal Domains.Actor actor, @RequestBody String text) {
        if (text.length() > Bounce.MOST) {
            throw ApiProblem.of(HttpStatus.CONTENT_TOO_LARGE, "A bounce has at most 262,144 characters here. "
                    + "Send the delivery status alone, without the mail that it returns.");
        }
        Bounce bounce = Bounce.read(text);
        Diagnosis diagnosis = Diagnosis.of(bounce);
        Optional<Wording> wording = diagnosis instanceof Diagnosis.Known known ? Optional.of(known.wording())
                : Optional.empty();
        Optional<Fault> fault = wording.map(Wording::fault);
        return new Explanation(bounce.statuses(), bounce.recipient().orElse(null),
                bounce.domain().map(DomainName::ascii).orElse(null), bounce.mx().map(HostName::ascii).orElse(null),
                switch (diagnosis) {
                    case Diagnosis.Known _ -> "known";
                    case Diagnosis.SomethingWithTls _ -> "something-with-tls";
                    case Diagnosis.NothingWithTls _ -> "nothing-with-tls";
                },
                diagnosis instanceof Diagnosis.Known known ? known.certain() : null,
                fault.map(Fault::mechanism).orElse(null), fault.map(Fault::title).orElse(null),
                fault.map(Fault::meaning).orElse(null), fault.map(Fault::remedy).orElse(null),
                wording.map(Wording::sender).orElse(null), wording.map(Wording::source).orElse(null),
                fault.map(each -> each.checks().stream().map(Check::id).toList()).orElse(null),
                BounceEvidence.of(database, domains, clock, actor.tenant(), bounce).map(Evidence::of).orElse(null));
    }
}
