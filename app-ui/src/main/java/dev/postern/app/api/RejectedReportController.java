package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.app.rejected.Replays;
import dev.postern.db.report.RejectedFilter;
import dev.postern.db.report.RejectedReportStore;
import dev.postern.db.report.StoredRejection;
import dev.postern.db.tenancy.Database;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// What could not be counted, and trying it again.
@RestController
@RequestMapping("/api/v1/rejected-reports")
@Tag(name = "Rejected reports")
class RejectedReportController {

    /// @param domain    whose address it came to; absent for what came to the organisation itself
    /// @param code      stable name of the reason
    /// @param size      of the content, in bytes
    /// @param attempts  how often it was read and rejected
    /// @param triedAt   when it was last read again in vain
    /// @param replaying whether it is on its way to be read again
    public record Rejection(UUID id, Optional<String> domain, Instant receivedAt, String transport, String peer,
                            String contentType, String code, String reason, int size, int attempts,
                            Optional<Instant> triedAt, boolean replaying) {

        static Rejection of(StoredRejection stored) {
            var receipt = stored.rejected().receipt();
            return new Rejection(receipt.id(), stored.domain(), receipt.receivedAt(), receipt.transport(), receipt.peer(),
                    receipt.contentType(), stored.rejected().code(), stored.rejected().reason(), stored.size(),
                    stored.attempts(), stored.triedAt(), stored.replayedAt().isPresent());
        }
    }

    /// @param replaying how many are read again
    public record Replayed(int replaying) {
    }

    private final Database database;
    private final DomainPaths paths;
    private final Downloads downloads;
    private final Replays replays;

    RejectedReportController(Database database, DomainPaths paths, Downloads downloads, Replays replays) {
        this.database = database;
        this.paths = paths;
        this.downloads = downloads;
        this.replays = replays;
    }

    @GetMapping
    @Operation(summary = "What could not be counted, newest first")
    Page<Rejection> list(@AuthenticationPrincipal Domains.Actor actor, @RequestParam Optional<String> domain,
                         @RequestParam Optional<String> code, @RequestParam Optional<String> after,
                         @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        var before = after.map(Page.Position::of)
                .map(position -> new RejectedReportStore.Cursor(position.at(), position.id()));
        RejectedFilter filter = filter(actor, domain, code);
        return Page.of(database.inTenant(actor.tenant(),
                        session -> session.rejectedReports().page(filter, before, most + 1)), most, Rejection::of,
                stored -> new Page.Position(stored.rejected().receipt().receivedAt(),
                        stored.rejected().receipt().id()).text());
    }

    @GetMapping("/{id}")
    @Operation(summary = "One of them")
    Rejection one(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return database.inTenant(actor.tenant(), session -> session.rejectedReports().byReceipt(id)).map(Rejection::of)
                .orElseThrow(() -> ApiProblem.noSuchReport(id));
    }

    @GetMapping("/{id}/content")
    @Operation(summary = "The bytes as they were received")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream",
            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<byte[]> content(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return downloads.rejected(actor.tenant(), id);
    }

    @PostMapping("/{id}/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Try one again",
            description = "It is read as if it came now. When it counts, it is no longer among the rejected ones.")
    Replayed replay(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        try {
            if (!replays.again(actor, id)) {
                throw ApiProblem.noSuchReport(id);
            }
            return new Replayed(1);
        } catch (Replays.Unavailable away) {
            throw ApiProblem.of(HttpStatus.SERVICE_UNAVAILABLE, away.getMessage());
        }
    }

    @PostMapping("/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Try all again, or all of one domain or one reason")
    Replayed replayAll(@AuthenticationPrincipal Domains.Actor actor, @RequestParam Optional<String> domain,
                       @RequestParam Optional<String> code) {
        try {
            return new Replayed(replays.again(actor, filter(actor, domain, code)));
        } catch (Replays.Unavailable away) {
            throw ApiProblem.of(HttpStatus.SERVICE_UNAVAILABLE, away.getMessage());
        }
    }

    private RejectedFilter filter(Domains.Actor actor, Optional<String> domain, Optional<String> code) {
        return new RejectedFilter(domain.map(name -> paths.find(actor.tenant(), name).id()), code);
    }
}
