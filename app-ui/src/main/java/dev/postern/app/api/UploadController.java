package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Takes reports from programs, such as one that empties an old mailbox.
@RestController
@Tag(name = "Reports")
class UploadController {

    private static final int MOST_BYTES = 20 * 1024 * 1024;

    /// @param receipt the report, or the reason why it is not counted, bears this id
    public record Accepted(UUID receipt) {
    }

    private final DomainPaths paths;
    private final ReportUpload upload;

    UploadController(DomainPaths paths, ReportUpload upload) {
        this.paths = paths;
        this.upload = upload;
    }

    @PostMapping(path = "/api/v1/reports", consumes = {"application/tlsrpt+json", "application/tlsrpt+gzip",
            "application/json", "application/gzip", "application/octet-stream"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Upload a TLS-RPT report",
            description = "202 once it is safely logged; it is read and counted soon after. At most 20 MiB.",
            requestBody = @RequestBody(required = true, content = {
                    @Content(mediaType = "application/tlsrpt+json", schema = @Schema(type = "object")),
                    @Content(mediaType = "application/tlsrpt+gzip",
                            schema = @Schema(type = "string", format = "binary"))}))
    Accepted upload(@AuthenticationPrincipal Domains.Actor actor, @RequestParam String domain,
                    HttpServletRequest request) throws IOException {
        String token = paths.findPolicyDomain(actor.tenant(), domain).reportToken();
        byte[] bytes = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (bytes.length == 0) {
            throw ApiProblem.of(HttpStatus.BAD_REQUEST, "The body is empty; send a report.");
        }
        if (bytes.length > MOST_BYTES) {
            throw ApiProblem.of(HttpStatus.CONTENT_TOO_LARGE, "A report has at most 20 MiB.");
        }
        return new Accepted(upload.accept(token, actor, request.getContentType(), bytes));
    }
}
