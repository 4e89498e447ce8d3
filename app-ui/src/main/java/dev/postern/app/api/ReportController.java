package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.ReportStore;
import dev.postern.db.report.StoredReport;
import dev.postern.db.tenancy.Database;
import dev.postern.setup.MailDomain;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Reports that came in, those that could not be counted, and the bytes of both.
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Reports")
class ReportController {

    /// A report as listed.
    ///
    /// @param domain     the domain or MX host that it counts for, in A-labels
    /// @param counted    false for one whose name was taken by other content
    /// @param authenticity what its DKIM signatures say (RFC 8460 §3)
    /// @param authentic  whether it is signed by its sender or was uploaded by a member; an organisation can choose to count
    ///                   only such reports
    /// @param successful sessions of its widest policy type (RFC 8460 §4.3)
    /// @param failed     likewise
    /// @param notes      what was forgiven in reading it, in words
    public record ListedReport(UUID key, String domain, String organizationName, String reportId,
                               String policyDomain, Instant start, Instant end, Instant receivedAt, String transport,
                               String peer, boolean counted, Authenticity authenticity, boolean authentic, long successful,
                               long failed,
                               List<String> notes) {

        static ListedReport of(StoredReport report, String domain) {
            return new ListedReport(report.key(), domain, report.organizationName(), report.reportId(),
                    report.policyDomain(), report.start(), report.end(), report.receivedAt(), report.transport(),
                    report.peer(), report.counted(), report.authenticity(), report.authentic(), report.successful(),
                    report.failed(), report.notes());
        }
    }

    /// @param policies in the report's order; empty for one that is not counted, or whose retention has passed
    public record ReportDetail(ListedReport report, List<PolicyReport> policies) {
    }

    /// Something that came to a domain's report address and could not be counted.
    ///
    /// @param code stable name of the reason
    public record ListedRejection(UUID id, String domain, Instant receivedAt, String transport, String peer,
                                  String contentType, String code, String reason) {

        static ListedRejection of(RejectedReport rejected, String domain) {
            return new ListedRejection(rejected.receipt().id(), domain, rejected.receipt().receivedAt(),
                    rejected.receipt().transport(), rejected.receipt().peer(), rejected.receipt().contentType(),
                    rejected.code(), rejected.reason());
        }
    }

    public record Rejections(List<ListedRejection> items) {
    }

    private final Database database;
    private final DomainPaths paths;
    private final Downloads downloads;

    ReportController(Database database, DomainPaths paths, Downloads downloads) {
        this.database = database;
        this.paths = paths;
        this.downloads = downloads;
    }

    @GetMapping("/domains/{domain}/reports")
    @Operation(summary = "A domain's reports, newest receipt first")
    Page<ListedReport> ofDomain(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                                @RequestParam Optional<String> after,
                                @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        var before = after.map(Page.Position::of)
                .map(position -> new ReportStore.Cursor(position.at(), position.id()));
        MailDomain owner = paths.find(actor.tenant(), domain);
        var found = database.inTenant(actor.tenant(),
                session -> session.reports().page(Optional.of(owner.id()), before, most + 1));
        return Page.of(found, most, report -> ListedReport.of(report, owner.name().ascii()),
                report -> new Page.Position(report.receivedAt(), report.key()).text());
    }

    @GetMapping("/reports/{key}")
    @Operation(summary = "A report with its policies and failures")
    ReportDetail report(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID key) {
        return database.inTenant(actor.tenant(), session -> session.reports().byKey(key)
                        .map(report -> new ReportDetail(ListedReport.of(report,
                                session.domains().anyById(report.domainId()).orElseThrow().name().ascii()),
                                session.reports().policies(key))))
                .orElseThrow(() -> ApiProblem.noSuchReport(key));
    }

    @GetMapping("/reports/{key}/content")
    @Operation(summary = "A report's JSON as it was sent")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "application/json",
            schema = @Schema(type = "object")))
    ResponseEntity<byte[]> content(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID key) {
        return downloads.report(actor.tenant(), key);
    }

    @GetMapping("/domains/{domain}/rejected-reports")
    @Operation(summary = "What came to a domain's report address and could not be counted, newest first")
    Rejections rejected(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                        @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        MailDomain owner = paths.find(actor.tenant(), domain);
        return new Rejections(database.inTenant(actor.tenant(),
                        session -> session.rejectedReports().list(Optional.of(owner.id()), most)).stream()
                .map(rejected -> ListedRejection.of(rejected, owner.name().ascii())).toList());
    }
}
