package dev.postern.app.api;

import dev.postern.app.bulk.DomainTable;
import dev.postern.app.domain.Addition;
import dev.postern.app.domain.DomainStatus;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.check.Check;
import dev.postern.db.domain.DomainFilter;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.parse.Parsed;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.tlsrpt.ResultType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Domains, their policy and their phase.
@RestController
@RequestMapping("/api/v1/domains")
@Tag(name = "Domains")
class DomainController {

    /// A domain as listed.
    ///
    /// @param domain      its name in A-labels, by which paths name it
    /// @param verifiedAt  when ownership was proven; null until then
    /// @param observedMx  MX hosts as last seen, in order of preference
    /// @param lastProbeAt when it was last probed; null before the first time
    public record ListedDomain(String domain, String unicode, Phase phase, Instant phaseSince, PolicyHosting hosting,
                               boolean verified, Instant verifiedAt, Instant createdAt, List<String> observedMx,
                               Instant lastProbeAt) {

        static ListedDomain of(MailDomain domain) {
            return new ListedDomain(domain.name().ascii(), domain.name().unicode(), domain.phase(),
                    domain.phaseSince(), domain.hosting(), domain.verified(), domain.verifiedAt().orElse(null),
                    domain.createdAt(), domain.observedMx(), domain.lastProbeAt().orElse(null));
        }
    }

    /// A policy that was published.
    ///
    /// @param id            the id for the `_mta-sts` record
    /// @param maxAgeSeconds how long senders keep it
    public record Policy(int version, String id, Mode mode, long maxAgeSeconds, List<String> mx, Instant publishedAt,
                         String publishedBy) {

        static Policy of(PublishedPolicy published) {
            return new Policy(published.version(), published.id(), published.policy().mode(),
                    published.policy().maxAgeSeconds(),
                    published.policy().mx().stream().map(MxPattern::pattern).toList(), published.createdAt(),
                    published.createdBy());
        }
    }

    /// The clock inside testing.
    ///
    /// @param needed        clean days that enforce needs
    /// @param organizations who reported on the clean days
    /// @param reset         the last failure that set the clock back; null without one
    /// @param unconfirmed   failed sessions since then that enforce would have refused, told by reports that may not
    ///                      reset the clock, as anyone could have sent them
    /// @param setAside      failed sessions that a person has set aside
    public record CleanDays(int cleanDays, int needed, long sessions, List<String> organizations, Watch.Reset reset,
                            long unconfirmed, long setAside) {
    }

    /// @param check id of the check that it rests on; null for what rests on reports, time or the policies
    public record Need(String title, String have, boolean met, String check) {
    }

    public record NextPossible(Step step, boolean open, List<Need> needs) {
    }

    /// A domain and where its rollout stands.
    ///
    /// @param policy       the newest policy; null before the first
    /// @param progress     how far the newest policy is on its way out
    /// @param steps        the steps that the phase has, with what each needs, met or not
    public record DomainDetail(ListedDomain domain, Policy policy, PolicyTrail.Progress progress, CleanDays watch,
                               List<NextPossible> steps) {

        static DomainDetail of(DomainStatus status) {
            return new DomainDetail(ListedDomain.of(status.domain()), status.policy().map(Policy::of).orElse(null),
                    status.facts().trail().progress(), new CleanDays(status.watch().cleanDays(),
                    status.facts().rules().days(), status.watch().sessions(),
                    status.watch().organizations().stream().sorted().toList(), status.watch().reset().orElse(null),
                    status.watch().unconfirmed(), status.watch().setAside()), status.gates().stream()
                    .map(gate -> new NextPossible(gate.step(), gate.open(), gate.requirements().stream()
                            .map(each -> new Need(each.title(), each.have(), each.met(), each.check()
                                    .map(Check::id).orElse(null))).toList())).toList());
        }
    }

    record NewDomain(@Schema(example = "example.com") String domain) {
    }

    record NewPolicy(@Schema(example = "[\"mx1.example.com\", \"*.mail.example.com\"]") List<String> mx) {
    }

    record NewPhase(Phase phase) {
    }

    /// @param reason why; kept on the timeline
    record NewStep(Step step, String reason) {
    }

    /// @param resultType as in reports; null for every type
    /// @param mx         null for every MX
    record NewSetAside(String organization, String resultType, String mx, String reason) {
    }

    private final Domains domains;
    private final DomainTable table;
    private final DomainPaths paths;

    DomainController(Domains domains, DomainTable table, DomainPaths paths) {
        this.domains = domains;
        this.table = table;
        this.paths = paths;
    }

    @PostMapping
    @Operation(summary = "Add a domain")
    @ApiResponse(responseCode = "201", description = "Added; its first probe is on the way")
    @ApiResponse(responseCode = "200", description = "It was there")
    ResponseEntity<ListedDomain> add(@AuthenticationPrincipal Domains.Actor actor, @RequestBody NewDomain body) {
        return switch (domains.add(actor, given(body.domain(), "domain"))) {
            case Addition.Added(var domain) -> ResponseEntity
                    .created(URI.create("/api/v1/domains/" + domain.name().ascii())).body(ListedDomain.of(domain));
            case Addition.Known(var domain) -> ResponseEntity.ok(ListedDomain.of(domain));
            case Addition.Refused(var reason) -> throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, reason);
        };
    }

    @GetMapping
    @Operation(summary = "List domains by name", description = "`q` is a part of the name; `show` leaves those that are "
            + "ready for enforce or a longer max_age, whose mail senders may refuse now, or with failures in 7 days.")
    Page<ListedDomain> list(@AuthenticationPrincipal Domains.Actor actor, @RequestParam Optional<Phase> phase,
                            @RequestParam(defaultValue = "") String q,
                            @RequestParam Optional<DomainFilter.Attention> show,
                            @RequestParam Optional<String> after,
                            @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        var found = table.domains(actor.tenant(), new DomainFilter(phase, DomainTable.text(q), show), after, most + 1);
        return Page.of(found, most, ListedDomain::of, domain -> domain.name().ascii());
    }

    @GetMapping("/{domain}")
    @Operation(summary = "A domain and where its rollout stands")
    DomainDetail status(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        return detail(actor, domain);
    }

    @DeleteMapping("/{domain}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a domain",
            description = "409 while senders may still hold its policy: retire it first (RFC 8461 §8.3).")
    void remove(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        expectDone(domains.remove(actor, paths.find(actor.tenant(), domain).id()), HttpStatus.CONFLICT);
    }

    @PutMapping("/{domain}/policy")
    @Operation(summary = "Publish a policy",
            description = "In the mode of the domain's phase; the first one begins testing.")
    DomainDetail publish(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                         @RequestBody NewPolicy body) {
        List<String> patterns = given(body.mx(), "mx").stream().map(pattern -> given(pattern, "mx")).toList();
        boolean wellFormed = !patterns.isEmpty() && patterns.stream()
                .noneMatch(pattern -> MxPattern.parse(pattern.strip()) instanceof Parsed.Invalid<MxPattern>);
        expectDone(domains.publishPolicy(actor, paths.find(actor.tenant(), domain).id(), patterns),
                wellFormed ? HttpStatus.CONFLICT : HttpStatus.UNPROCESSABLE_CONTENT);
        return detail(actor, domain);
    }

    @PostMapping("/{domain}/phase")
    @Operation(summary = "Move to another phase",
            description = "409 when there is no way there or it is not safe yet; the detail says why.")
    DomainDetail changePhase(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                             @RequestBody NewPhase body) {
        Phase to = given(body.phase(), "phase");
        Phase from = paths.find(actor.tenant(), domain).phase();
        Step step = switch (to) {
            case ENFORCE -> Step.ENFORCE;
            case RETIRING -> Step.RETIRE;
            case TESTING -> switch (from) {
                case SETUP -> Step.BEGIN_TESTING;
                case ENFORCE, TESTING -> Step.ROLL_BACK;
                case RETIRING, NONE -> Step.RESUME;
            };
            case SETUP, NONE -> throw ApiProblem.of(HttpStatus.CONFLICT, "Nobody chooses " + to + ": it comes by itself.");
        };
        return take(actor, domain, step, "");
    }

    @PostMapping("/{domain}/steps")
    @Operation(summary = "Take a step of the rollout",
            description = "409 when the phase does not have it or it is not safe yet; the detail says what is missing.")
    DomainDetail step(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                      @RequestBody NewStep body) {
        return take(actor, domain, given(body.step(), "step"), Objects.requireNonNullElse(body.reason(), ""));
    }

    private DomainDetail take(Domains.Actor actor, String domain, Step step, String reason) {
        expectDone(domains.take(actor, paths.find(actor.tenant(), domain).id(), step, reason), HttpStatus.CONFLICT);
        return detail(actor, domain);
    }

    @GetMapping("/{domain}/set-asides")
    @Operation(summary = "Failures that were set aside", description = "Newest first, also those that count again.")
    List<SetAside> setAsides(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        return domains.setAsides(actor.tenant(), paths.find(actor.tenant(), domain).id());
    }

    @PostMapping("/{domain}/set-asides")
    @Operation(summary = "Set failures of one sender aside",
            description = "Those reported until today no longer hold up the watch. The reason is kept.")
    List<SetAside> setAside(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                            @RequestBody NewSetAside body) {
        Optional<ResultType> type = Optional.ofNullable(body.resultType()).map(ResultType::byWire);
        expectDone(domains.setAside(actor, paths.find(actor.tenant(), domain).id(),
                given(body.organization(), "organization"), type, Optional.ofNullable(body.mx()),
                Objects.requireNonNullElse(body.reason(), "")), HttpStatus.UNPROCESSABLE_CONTENT);
        return setAsides(actor, domain);
    }

    @DeleteMapping("/{domain}/set-asides/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Let failures count again that were set aside")
    void endSetAside(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain, @PathVariable UUID id) {
        expectDone(domains.endSetAside(actor, paths.find(actor.tenant(), domain).id(), id), HttpStatus.NOT_FOUND);
    }

    @PostMapping("/{domain}/probe")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Ask for a probe at once", description = "What it found is at /checks some seconds later.")
    void probe(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        domains.requestProbe(actor, paths.find(actor.tenant(), domain).id());
    }

    private DomainDetail detail(Domains.Actor actor, String domain) {
        return domains.status(actor.tenant(), paths.name(domain)).map(DomainDetail::of)
                .orElseThrow(() -> ApiProblem.noSuchDomain(domain));
    }

    private static void expectDone(Outcome outcome, HttpStatus otherwise) {
        if (outcome instanceof Outcome.Refused(var reason)) {
            throw ApiProblem.of(otherwise, reason);
        }
    }

    private static <T> T given(T value, String field) {
        if (Objects.isNull(value)) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "The field '" + field + "' is missing.");
        }
        return value;
    }
}
