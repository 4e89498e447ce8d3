package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.rollout.Coverage;
import dev.postern.rollout.EnforceSimulation;
import dev.postern.rollout.MailEffect;
import dev.postern.rollout.Phase;
import dev.postern.rollout.UpperBound;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.ResultType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.LocalDate;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What `enforce` would have done to a domain's mail.
@RestController
@RequestMapping("/api/v1/domains/{domain}/simulation")
@Tag(name = "Domains")
class SimulationController {

    /// Sessions by what enforce would have made of them. Those of different policy types are never added up.
    ///
    /// @param tested      held against the policy: successful, refused and unclear
    /// @param refused     would have been refused
    /// @param unclear     failed for a reason that does not say whether they would
    /// @param unprotected had no policy to go by, so were delivered without protection
    /// @param dane        failed under DANE, which decides by itself
    /// @param setAside    of the refused and the unclear, those that a person has set aside
    public record Sessions(long tested, long successful, long refused, long unclear, long unprotected, long dane,
                           long setAside) {

        static Sessions of(EnforceSimulation.Count count) {
            return new Sessions(count.tested(), count.successful(), count.refused(), count.unclear(),
                    count.unprotected(), count.dane(), count.setAside());
        }
    }

    /// @param policyType of the report: `sts`, `tlsa`, `no-policy-found` or `other`
    public record OfPolicyType(String policyType, Sessions sessions) {
    }

    /// What one organization reported under `sts`.
    public record OfSender(String organization, Sessions sessions) {
    }

    /// Failures under `sts` at one MX.
    ///
    /// @param mx empty where senders named none
    public record OfMx(String mx, Sessions sessions) {
    }

    /// Failures of one kind under `sts`.
    ///
    /// @param resultType null where senders gave no reason
    public record OfResultType(String resultType, Sessions sessions) {
    }

    /// Failures of one kind, of one sender, at one MX, under one policy type.
    ///
    /// @param effect     what becomes of such mail under enforce
    /// @param resultType null where the sender gave no reason
    /// @param mx         empty where the sender named none
    /// @param remedy     what to do about it
    public record Cause(Consequence consequence, String effect, String policyType, String resultType, String organization,
                        String mx, long sessions, long setAside, String remedy) {

        static Cause of(EnforceSimulation.Cause cause) {
            return new Cause(cause.consequence(), MailEffect.of(Phase.ENFORCE, cause.consequence()),
                    cause.policyType().wire(), cause.type().map(ResultType::wire).orElse(null), cause.organization(),
                    cause.mx(), cause.sessions(), cause.setAside(), cause.type().orElse(ResultType.OTHER).remedy());
        }
    }

    /// A one-sided 95 % upper bound.
    ///
    /// @param rate between 0 and 1
    /// @param words the same in words, rounded towards the worse
    public record Bound(long affected, long observed, double rate, String words) {

        static Bound of(UpperBound bound, String what) {
            return new Bound(bound.affected(), bound.observed(), bound.rate(), bound.words(what));
        }
    }

    /// @param share of what senders told of, what they held against the policy, between 0 and 1; null where nothing is known
    public record Traffic(long known, long observed, Double share) {
    }

    /// @param shortfalls what it lacks to be better
    public record Grounds(Coverage.Strength strength, long sessions, int organizations, int daysWithReports, int days,
                          List<String> shortfalls) {
    }

    /// @param message what fails, in a sentence
    public record FailingNow(String check, String message, String fix) {
    }

    /// @param from         first day, in UTC
    /// @param to           last day, in UTC
    /// @param sessions     under `sts`, in verified reports: what is concluded rests on these
    /// @param unverified   under `sts`, in reports that anybody could have sent; not part of anything else here
    /// @param causes       every kind of failure, gravest first
    /// @param failingNow   checks that fail at present: each session that meets such an MX would be refused
    public record Simulation(String domain, LocalDate from, LocalDate to, String headline, String allowed,
                             List<String> caveats, Sessions sessions, Bound sessionBound, Bound senderBound,
                             Traffic traffic, Grounds evidence, List<OfSender> bySender, List<OfMx> byMx,
                             List<OfResultType> byResultType, List<OfPolicyType> byPolicyType, List<Cause> causes,
                             Sessions unverified, List<FailingNow> failingNow) {

        static Simulation of(MailDomain domain, EnforceSimulation simulation) {
            EnforceSimulation.Traffic traffic = simulation.traffic();
            Coverage coverage = simulation.coverage();
            return new Simulation(domain.name().ascii(), simulation.from(), simulation.to(),
                    simulation.headline(domain.phase()), simulation.allowed(), simulation.caveats(),
                    Sessions.of(simulation.counted()), Bound.of(simulation.sessionBound(), "sessions"),
                    Bound.of(simulation.senderBound(), "senders"),
                    new Traffic(traffic.known(), traffic.observed(), traffic.known() == 0 ? null
                            : (double) traffic.observed() / traffic.known()),
                    new Grounds(coverage.strength(), coverage.sessions(), coverage.organizations(),
                            coverage.daysWithReports(), coverage.days(), coverage.shortfalls()),
                    simulation.senders().stream().map(each -> new OfSender(each.organization(),
                            Sessions.of(each.count()))).toList(),
                    simulation.byMx().stream().map(each -> new OfMx(each.getKey(), Sessions.of(each.getValue())))
                            .toList(),
                    simulation.byResultType().stream().map(each -> new OfResultType(each.getKey().map(ResultType::wire)
                            .orElse(null), Sessions.of(each.getValue()))).toList(),
                    simulation.byPolicyType().entrySet().stream().map(each -> new OfPolicyType(each.getKey().wire(),
                            Sessions.of(each.getValue()))).toList(),
                    simulation.causes().stream().map(Cause::of).toList(), Sessions.of(simulation.unverified()),
                    simulation.failingNow().stream().map(finding -> new FailingNow(finding.check().id(),
                            finding.message(), finding.fix())).toList());
        }
    }

    private final Domains domains;
    private final DomainPaths paths;

    SimulationController(Domains domains, DomainPaths paths) {
        this.domains = domains;
        this.paths = paths;
    }

    @GetMapping
    @Operation(summary = "What enforce would have done to past mail", description = """
            By what senders reported: how many sessions would have been refused, by sender, MX and cause, how high a rate \
            these observations allow, and how much they tell. Every list is complete.""")
    @ApiResponse(responseCode = "200", description = "Also where nothing was reported yet; it says so then")
    Simulation simulation(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                          @Parameter(description = "Days back, today included, in UTC", schema = @Schema(type = "integer",
                                  defaultValue = "" + EnforceSimulation.USUAL_DAYS, minimum = "1",
                                  maximum = "" + EnforceSimulation.MOST_DAYS))
                          @RequestParam(defaultValue = "" + EnforceSimulation.USUAL_DAYS) int days) {
        if (days < 1 || days > EnforceSimulation.MOST_DAYS) {
            throw ApiProblem.of(HttpStatus.BAD_REQUEST, "'days' is 1 to " + EnforceSimulation.MOST_DAYS + ".");
        }
        MailDomain found = paths.find(actor.tenant(), domain);
        return Simulation.of(found, domains.simulation(actor.tenant(), found, days));
    }
}
