package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.app.imports.ImportStatus;
import dev.postern.app.imports.Imports;
import dev.postern.app.imports.ProblemsCsv;
import dev.postern.app.imports.Spool;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportOutcome;
import dev.postern.db.imports.ImportState;
import dev.postern.db.imports.ImportStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import org.springframework.web.bind.annotation.RestController;

/// Imports of old reports: archives of thousands in one request.
@RestController
@RequestMapping("/api/v1/imports")
@Tag(name = "Imports")
class ImportController {

    private static final int LONGEST_NAME = 1_000;

    /// @param id ask for `/api/v1/imports/{id}` with it
    public record Begun(UUID id) {
    }

    /// One import.
    ///
    /// @param state           how far its files are read
    /// @param finished        whether all that was read is recorded too: nothing will change any more
    /// @param bytes           of what was uploaded
    /// @param bytesRead       of these
    /// @param items           mails and reports that were read
    /// @param recorded        of these
    /// @param newReports      counted, and not there before
    /// @param known           reports that were there before
    /// @param conflicting     reports whose name was taken by other content
    /// @param wrong           what could not be read, or is about none of your domains
    /// @param reasons         of the last two
    /// @param leftOut         what can't be a report
    /// @param leftOutReasons  why
    /// @param problem         why reading ended early
    public record Import(UUID id, String name, String startedBy, Instant createdAt, Optional<Instant> endedAt,
                         ImportState state, boolean finished, long bytes, long bytesRead, long items, long recorded,
                         long newReports, long known, long conflicting, long wrong, List<ImportOutcome.Reason> reasons,
                         long leftOut, List<ImportJob.LeftOut> leftOutReasons, Optional<String> problem) {

        static Import of(ImportStatus status) {
            ImportJob job = status.job();
            ImportJob.Progress progress = job.progress();
            ImportOutcome outcome = status.outcome();
            return new Import(job.id(), job.name(), job.startedBy(), job.createdAt(), job.endedAt(), job.state(),
                    status.finished(), job.bytes(), progress.bytesRead(), progress.items(), outcome.items(),
                    outcome.fresh(), outcome.known(), outcome.conflicting(), outcome.wrong(), outcome.reasons(),
                    progress.leftOut(), progress.reasons(),
                    Optional.of(progress.problem()).filter(problem -> !problem.isEmpty()));
        }
    }

    private final Imports imports;

    ImportController(Imports imports) {
        this.imports = imports;
    }

    /// A form's body would be read as its fields, and be gone.
    @PostMapping(consumes = "!application/x-www-form-urlencoded")
    @Operation(summary = "Import old reports",
            description = "The body is one file as it is: an mbox, a mail, a report, or a zip, tar or gzip of any of these. "
                    + "202 once it is stored; it is then read, and its reports counted. What is known already is not counted "
                    + "again, so an import may be repeated.",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/octet-stream",
                    schema = @Schema(type = "string", format = "binary"))))
    ResponseEntity<Begun> begin(@AuthenticationPrincipal Domains.Actor actor,
                                @RequestParam(defaultValue = "upload") String name, HttpServletRequest request)
            throws IOException {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw ApiProblem.of(HttpStatus.BAD_REQUEST, "name has from 1 to " + LONGEST_NAME + " characters.");
        }
        if (request.getContentLengthLong() == 0) {
            throw empty();
        }
        try {
            UUID id = imports.begin(actor, spooled(actor, name, request));
            return ResponseEntity.accepted().header("Location", "/api/v1/imports/" + id).body(new Begun(id));
        } catch (Imports.TooMany tooMany) {
            throw ApiProblem.of(HttpStatus.TOO_MANY_REQUESTS, tooMany.getMessage());
        }
    }

    private Spool spooled(Domains.Actor actor, String name, HttpServletRequest request) throws IOException {
        Spool spool = imports.spool(actor);
        boolean done = false;
        try {
            spool.add(name, request.getInputStream(), request.getContentLengthLong());
            if (spool.isEmpty()) {
                throw empty();
            }
            done = true;
            return spool;
        } catch (Spool.Refused refused) {
            throw ApiProblem.of(refused.tooLarge() ? HttpStatus.CONTENT_TOO_LARGE : HttpStatus.INSUFFICIENT_STORAGE,
                    refused.getMessage());
        } finally {
            if (!done) {
                spool.close();
            }
        }
    }

    private static ApiProblem empty() {
        return ApiProblem.of(HttpStatus.BAD_REQUEST, "The body is empty; send a file.");
    }

    @GetMapping
    @Operation(summary = "Imports, newest first")
    Page<Import> list(@AuthenticationPrincipal Domains.Actor actor, @RequestParam Optional<String> after,
                      @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        int most = Page.limit(limit);
        var before = after.map(Page.Position::of).map(position -> new ImportStore.Cursor(position.at(), position.id()));
        return Page.of(imports.page(actor.tenant(), before, most + 1, Map.of()), most, Import::of,
                status -> new Page.Position(status.job().createdAt(), status.job().id()).text());
    }

    @GetMapping("/{id}")
    @Operation(summary = "How an import is doing, and what came of it")
    Import one(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return imports.find(actor.tenant(), id).map(Import::of).orElseThrow(() -> ApiProblem.noSuchImport(id));
    }

    @GetMapping("/{id}/problems.csv")
    @Operation(summary = "Every item that was not counted, with the reason")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
    void problems(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id, HttpServletResponse response)
            throws IOException {
        csv(imports, actor.tenant(), id, response);
    }

    /// Also for people: [ImportDownloadController]. Written on the request's own thread, since who asks is not known to
    /// another.
    static void csv(Imports imports, UUID tenant, UUID id, HttpServletResponse response) throws IOException {
        if (imports.find(tenant, id).isEmpty()) {
            throw ApiProblem.noSuchImport(id);
        }
        Downloads.attachment("import-" + id + "-problems.csv", Downloads.CSV, "").getHeaders()
                .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        new ProblemsCsv(imports).write(tenant, id, response.getOutputStream());
    }
}
