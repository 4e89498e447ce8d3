package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.app.mxhost.HostAddition;
import dev.postern.app.mxhost.HostList;
import dev.postern.app.mxhost.HostStatus;
import dev.postern.app.mxhost.MxHosts;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.report.Figures;
import dev.postern.db.report.PolicyTypeFigures;
import dev.postern.db.report.ReportStore;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import dev.postern.setup.MxHostCandidate;
import dev.postern.setup.RecordToPublish;
import dev.postern.setup.RegisteredMxHost;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// MX hosts, about which senders that use DANE report.
@RestController
@RequestMapping("/api/v1/mx-hosts")
@Tag(name = "MX hosts")
class MxHostController {

    private static final int LONGEST_PERIOD = 365;

    /// A registered MX host as listed.
    ///
    /// @param host         its name in A-labels, by which paths name it
    /// @param verifiedAt   when ownership was proven; null until then
    /// @param serves       the organisation's domains whose mail goes there
    /// @param tlsRptRecord whether its TLSRPT record is live; UNKNOWN before the first probe
    /// @param reports      counted reports of the last 30 days
    /// @param lastReportDay the newest day that they are for; null without any
    public record ListedHost(String host, String unicode, boolean verified, Instant verifiedAt, Instant createdAt,
                             Instant lastProbeAt, List<String> serves, Verdict tlsRptRecord, long reports,
                             LocalDate lastReportDay) {

        static ListedHost of(HostList.Row row) {
            RegisteredMxHost host = row.host();
            return new ListedHost(host.name().ascii(), host.name().unicode(), host.verified(),
                    host.verifiedAt().orElse(null), host.createdAt(), host.lastProbeAt().orElse(null), row.serves(),
                    row.record(), row.total().map(PolicyTypeFigures.Total::reports).orElse(0L),
                    row.total().map(PolicyTypeFigures.Total::lastDay).orElse(null));
        }
    }

    /// @param candidates hosts that the organisation's domains name and that are not registered
    public record Hosts(List<ListedHost> items, List<MxHostCandidate> candidates) {
    }

    /// What reports counted under one policy type. Figures of two types are never to be added up: they count the same
    /// sessions (RFC 8460 §4.3).
    public record TypeFigures(@Schema(allowableValues = {"sts", "tlsa", "no-policy-found", "other"}) String policyType,
                              long reports, long successful, long failed, LocalDate lastDay,
                              List<ResultFailures> failures, List<Figures.ByOrganization> organizations) {

        static TypeFigures of(PolicyTypeFigures figures) {
            return new TypeFigures(figures.type().wire(), figures.reports(), figures.successful(), figures.failed(),
                    figures.lastDay(), figures.results().stream()
                    .map(row -> new ResultFailures(row.type().wire(), row.failed())).toList(),
                    figures.organizations());
        }
    }

    public record ResultFailures(String resultType, long failed) {
    }

    /// A DNS record to publish and its current state.
    ///
    /// @param check     id of the check that tells whether it is live
    /// @param state     UNKNOWN before the first probe
    /// @param checkedAt when; null before the first probe
    public record HostRecord(String name, String type, String value, String why, String check, Verdict state,
                             String message, Instant checkedAt) {

        static HostRecord of(RecordToPublish record, HostStatus status) {
            Optional<StoredFinding> found = status.finding(record.check());
            return new HostRecord(record.name(), record.type(), record.value(), record.why(), record.check().id(),
                    status.verdict(record.check()), found.map(stored -> stored.finding().message())
                    .orElse("Not checked yet."), found.map(StoredFinding::checkedAt).orElse(null));
        }
    }

    /// @param verifiedAt when ownership was proven; null until then
    /// @param serves     the organisation's domains whose mail goes there
    /// @param records    what to publish
    /// @param figures    by policy type; empty until ownership is proven
    public record HostDetail(String host, String unicode, boolean verified, Instant verifiedAt, Instant createdAt,
                             Instant lastProbeAt, List<String> serves, Verdict tlsRptRecord, List<HostRecord> records,
                             List<TypeFigures> figures) {

        static HostDetail of(HostStatus status) {
            RegisteredMxHost host = status.host();
            return new HostDetail(host.name().ascii(), host.name().unicode(), host.verified(),
                    host.verifiedAt().orElse(null), host.createdAt(), host.lastProbeAt().orElse(null),
                    status.serves().stream().map(domain -> domain.name().ascii()).toList(),
                    status.verdict(Check.TLSRPT_RECORD),
                    status.records().stream().map(record -> HostRecord.of(record, status)).toList(),
                    status.figures().stream().map(TypeFigures::of).toList());
        }
    }

    record NewHost(@Schema(example = "mx1.example.com") String host) {
    }

    private final MxHosts hosts;
    private final Database database;

    MxHostController(MxHosts hosts, Database database) {
        this.hosts = hosts;
        this.database = database;
    }

    @PostMapping
    @Operation(summary = "Register an MX host")
    @ApiResponse(responseCode = "201", description = "Added; its first probe is on the way")
    @ApiResponse(responseCode = "200", description = "It was there")
    ResponseEntity<HostDetail> add(@AuthenticationPrincipal Domains.Actor actor, @RequestBody NewHost body) {
        if (Objects.isNull(body.host())) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "The field 'host' is missing.");
        }
        return switch (hosts.add(actor, body.host())) {
            case HostAddition.Added(var host) -> ResponseEntity
                    .created(URI.create("/api/v1/mx-hosts/" + host.name().ascii())).body(detail(actor, host));
            case HostAddition.Known(var host) -> ResponseEntity.ok(detail(actor, host));
            case HostAddition.Refused(var reason) -> throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, reason);
        };
    }

    @GetMapping
    @Operation(summary = "List MX hosts by name, and those that could be registered")
    Hosts list(@AuthenticationPrincipal Domains.Actor actor) {
        HostList found = hosts.list(actor.tenant());
        return new Hosts(found.rows().stream().map(ListedHost::of).toList(), found.candidates());
    }

    @GetMapping("/{host}")
    @Operation(summary = "An MX host: what to publish, which domains it serves, and what senders reported")
    HostDetail status(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String host,
                      @RequestParam(defaultValue = "" + MxHosts.DAYS) int days) {
        if (days < 1 || days > LONGEST_PERIOD) {
            throw ApiProblem.of(HttpStatus.BAD_REQUEST, "days is from 1 to " + LONGEST_PERIOD + ".");
        }
        return hosts.status(actor.tenant(), name(host), days).map(HostDetail::of)
                .orElseThrow(() -> noSuchHost(host));
    }

    @DeleteMapping("/{host}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove an MX host with its reports")
    void remove(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String host) {
        if (!hosts.remove(actor, name(host))) {
            throw noSuchHost(host);
        }
    }

    @PostMapping("/{host}/probe")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Ask for a probe at once")
    void probe(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String host) {
        hosts.requestProbe(actor, find(actor, host));
    }

    @GetMapping("/{host}/reports")
    @Operation(summary = "An MX host's reports, newest receipt first")
    Page<ReportController.ListedReport> reports(@AuthenticationPrincipal Domains.Actor actor,
                                                @PathVariable String host, @RequestParam Optional<String> after,
                                                @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        var before = after.map(Page.Position::of)
                .map(position -> new ReportStore.Cursor(position.at(), position.id()));
        RegisteredMxHost owner = find(actor, host);
        var found = database.inTenant(actor.tenant(),
                session -> session.reports().page(Optional.of(owner.id()), before, most + 1));
        return Page.of(found, most, report -> ReportController.ListedReport.of(report, owner.name().ascii()),
                report -> new Page.Position(report.receivedAt(), report.key()).text());
    }

    private HostDetail detail(Domains.Actor actor, RegisteredMxHost host) {
        return hosts.status(actor.tenant(), host.name(), MxHosts.DAYS).map(HostDetail::of)
                .orElseThrow(() -> noSuchHost(host.name().ascii()));
    }

    private RegisteredMxHost find(Domains.Actor actor, String host) {
        DomainName name = name(host);
        return database.inTenant(actor.tenant(), session -> session.mxHosts().byName(name))
                .orElseThrow(() -> noSuchHost(host));
    }

    private static DomainName name(String text) {
        return switch (DomainName.parse(text)) {
            case Parsed.Valid<DomainName>(var name, var _) -> name;
            case Parsed.Invalid<DomainName> _ -> throw noSuchHost(text);
        };
    }

    /// Also for what belongs to somebody else: whether it exists is theirs to know.
    private static ApiProblem noSuchHost(String name) {
        return ApiProblem.of(HttpStatus.NOT_FOUND, "There is no MX host '" + name + "' in your organisation.");
    }
}
