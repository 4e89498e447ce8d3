package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.app.plan.PlanCalendar;
import dev.postern.app.plan.PlanView;
import dev.postern.app.plan.PlanWish;
import dev.postern.app.plan.Plans;
import dev.postern.rollout.plan.Alarm;
import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.PlanProgress.State;
import dev.postern.rollout.plan.PlanStep;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Changes that are done step by step, so that no sender refuses mail on the way.
@RestController
@RequestMapping("/api/v1/domains/{domain}/plans")
@Tag(name = "Change plans")
class PlanController {

    static final MediaType CALENDAR = new MediaType("text", "calendar", StandardCharsets.UTF_8);

    /// The five changes.
    public enum Kind { ADD_MX, REPLACE_PROVIDER, RENEW_CERTIFICATE, MOVE_POLICY_HOST, RETIRE }

    /// What is to change; each kind reads the fields that it is about.
    ///
    /// @param arriving  ADD_MX: one new mail server; REPLACE_PROVIDER: those of the new provider
    /// @param leaving   REPLACE_PROVIDER: mail servers to remove
    /// @param shorten   REPLACE_PROVIDER: whether to shorten max_age to a day first
    /// @param mx        RENEW_CERTIFICATE: the mail server
    /// @param authority RENEW_CERTIFICATE: the new authority as CAA records name it; null where it stays
    /// @param to        MOVE_POLICY_HOST: who answers there
    /// @param target    MOVE_POLICY_HOST to CUSTOMER: the host that `mta-sts` is to lead to
    record NewPlan(Kind kind, @Schema(example = "[\"mx2.example.com\"]") List<String> arriving, List<String> leaving,
                   Boolean shorten, String mx, String authority, PolicyHosting to, String target) {
    }

    /// @param outcome null while it is under way
    /// @param endedAt likewise
    public record ListedPlan(UUID id, String title, String startedBy, Instant startedAt, ChangePlan.Outcome outcome,
                             Instant endedAt, long doneSteps, int steps) {

        static ListedPlan of(PlanView view) {
            return new ListedPlan(view.plan().id(), view.plan().change().title(), view.plan().startedBy(),
                    view.plan().startedAt(), view.plan().ended().map(ChangePlan.Ended::outcome).orElse(null),
                    view.plan().ended().map(ChangePlan.Ended::at).orElse(null), view.progress().doneSteps(),
                    view.progress().steps().size());
        }
    }

    /// Where a step stands.
    public enum StepState { DONE, OPEN, WAITING, LATER }

    /// @param at        when it was done, opens or may open at the earliest
    /// @param estimated whether that rests on steps that are not done yet
    /// @param lines     exact text: DNS records, policy files
    /// @param doer      who does it
    /// @param told      what the probes saw of it, or what it waits for
    public record PlannedStep(String id, String title, StepState state, Instant at, boolean estimated, String what,
                              List<PlanStep.Line> lines, String why, PlanStep.Doer doer, String checkedBy, String told) {
    }

    /// @param plan null where it concerns none
    public record Warned(String cause, String title, String message, List<String> remedies) {

        static Warned of(Alarm alarm) {
            return new Warned(alarm.cause(), alarm.title(), alarm.what(), alarm.remedies());
        }
    }

    public record PlanDetail(ListedPlan plan, List<PlannedStep> steps, List<Warned> alarms) {

        static PlanDetail of(PlanView view) {
            return new PlanDetail(ListedPlan.of(view), view.progress().steps().stream().map(entry -> {
                PlanStep step = entry.step();
                return new PlannedStep(step.id(), step.title(), switch (entry.state()) {
                    case State.Done _ -> StepState.DONE;
                    case State.Open _ -> StepState.OPEN;
                    case State.Waiting _ -> StepState.WAITING;
                    case State.Later _ -> StepState.LATER;
                }, entry.planned(), entry.estimate(), step.what(), step.lines(), step.why(), step.doer(), step.checkedBy(),
                        switch (entry.state()) {
                            case State.Done(var _, var evidence) -> evidence;
                            case State.Open(var saw) -> saw;
                            case State.Waiting(var _, var why) -> why;
                            case State.Later _ -> "";
                        });
            }).toList(), view.progress().alarms().stream().map(Warned::of).toList());
        }
    }

    /// @param plans  the newest first
    /// @param alarms MXs that senders refuse now, and steps that were undone
    public record PlanList(List<ListedPlan> plans, List<Warned> alarms) {
    }

    private final Plans plans;
    private final PlanCalendar calendar;
    private final DomainPaths paths;
    private final Clock clock;

    PlanController(Plans plans, PlanCalendar calendar, DomainPaths paths, Clock clock) {
        this.plans = plans;
        this.calendar = calendar;
        this.paths = paths;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "A domain's change plans, and what is wrong now")
    PlanList list(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        Plans.Overview overview = plans.of(actor.tenant(), paths.find(actor.tenant(), domain));
        return new PlanList(overview.plans().stream().map(ListedPlan::of).toList(),
                overview.alarms().stream().map(Warned::of).toList());
    }

    @PostMapping
    @ApiResponse(responseCode = "201", description = "The plan; its first steps are being looked at")
    @Operation(summary = "Plan a change", description = "409 when the domain's state or another plan stands against it.")
    ResponseEntity<PlanDetail> start(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                                     @RequestBody NewPlan body) {
        MailDomain owner = paths.find(actor.tenant(), domain);
        return switch (plans.start(actor, owner.id(), wish(body))) {
            case Plans.Start.Started(var view) -> ResponseEntity.created(URI.create("/api/v1/domains/"
                    + owner.name().ascii() + "/plans/" + view.plan().id())).body(PlanDetail.of(view));
            case Plans.Start.Refused(var reason, var readable) -> throw ApiProblem.of(readable ? HttpStatus.CONFLICT
                    : HttpStatus.UNPROCESSABLE_CONTENT, reason);
        };
    }

    private static PlanWish wish(NewPlan body) {
        if (body.kind() == null) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "The field 'kind' is missing.");
        }
        List<String> arriving = list(body.arriving(), "arriving");
        return switch (body.kind()) {
            case ADD_MX -> {
                if (arriving.size() > 1) {
                    throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "ADD_MX adds one mail server; name one.");
                }
                yield new PlanWish.AddMx(arriving.isEmpty() ? "" : arriving.getFirst());
            }
            case REPLACE_PROVIDER -> new PlanWish.ReplaceProvider(arriving, list(body.leaving(), "leaving"),
                    Boolean.TRUE.equals(body.shorten()));
            case RENEW_CERTIFICATE -> new PlanWish.RenewCertificate(Objects.requireNonNullElse(body.mx(), ""),
                    Objects.requireNonNullElse(body.authority(), ""));
            case MOVE_POLICY_HOST -> {
                if (body.to() == null) {
                    throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "The field 'to' is missing.");
                }
                yield new PlanWish.MovePolicyHost(body.to(), Objects.requireNonNullElse(body.target(), ""));
            }
            case RETIRE -> new PlanWish.Retire();
        };
    }

    private static List<String> list(List<String> given, String field) {
        var list = Objects.requireNonNullElse(given, List.<String>of());
        if (list.stream().anyMatch(Objects::isNull)) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "The field '" + field + "' holds a null.");
        }
        return list;
    }

    @GetMapping("/{id}")
    @Operation(summary = "A plan: its steps, where they stand, and when")
    PlanDetail plan(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain, @PathVariable UUID id) {
        return PlanDetail.of(find(actor, domain, id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Abandon a plan", description = "What was done stays as it is. 409 when it has ended.")
    void abandon(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain, @PathVariable UUID id) {
        PlanView view = find(actor, domain, id);
        if (plans.abandon(actor, view.plan().domainId(), id) instanceof Outcome.Refused(var reason)) {
            throw ApiProblem.of(HttpStatus.CONFLICT, reason);
        }
    }

    @GetMapping("/{id}/calendar.ics")
    @Operation(summary = "A plan as a calendar file (RFC 5545)")
    ResponseEntity<byte[]> calendar(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                                    @PathVariable UUID id) {
        return calendar(find(actor, domain, id));
    }

    private ResponseEntity<byte[]> calendar(PlanView view) {
        return Downloads.attachment(view.domain().ascii() + "-plan.ics", CALENDAR, calendar.render(view, clock.instant())
                .getBytes(StandardCharsets.UTF_8));
    }

    private PlanView find(Domains.Actor actor, String domain, UUID id) {
        UUID owner = paths.find(actor.tenant(), domain).id();
        return plans.find(actor.tenant(), id).filter(view -> view.plan().domainId().equals(owner))
                .orElseThrow(() -> ApiProblem.of(HttpStatus.NOT_FOUND, "There is no plan '" + id + "' for " + domain + "."));
    }
}
