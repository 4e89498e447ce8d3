package dev.postern.app.api;

import dev.postern.app.dns.DnsConnections;
import dev.postern.app.dns.Writer;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.setup.MailDomain;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Who writes a domain's DNS records, and how that goes.
@RestController
@RequestMapping("/api/v1/domains/{domain}/dns")
@Tag(name = "DNS connections")
class DomainDnsController {

    /// Who writes.
    public enum By {
        /// The domain's owner.
        BY_HAND,
        /// Postern, in its own zone, behind CNAMEs.
        DELEGATED,
        /// Postern, in the domain's own zone.
        CONNECTION
    }

    /// @param connection with CONNECTION: its id
    public record Choice(By writer, UUID connection) {
    }

    /// Allows that somebody else's record is replaced.
    ///
    /// @param found the record as it was shown under conflicts
    public record Replacement(String name, String found) {
    }

    /// Somebody else's record that is in the way.
    ///
    /// @param found   what stands there; empty where it must be removed by hand
    /// @param allowed whether Postern is to replace it
    public record Conflict(String name, String found, boolean allowed) {
    }

    /// @param connection null but with CONNECTION
    /// @param zone       null but with DELEGATED
    /// @param lastError  what is wrong and what to do; null while all is well
    public record State(By writer, UUID connection, String zone, Instant lastRunAt, Instant lastSuccessAt,
                        Instant nextRunAt, int failures, String lastError, List<Conflict> conflicts) {

        static State of(Optional<StoredWriting> found) {
            return found.map(writing -> new State(
                    writing.writer() instanceof WritingTarget.Delegation ? By.DELEGATED : By.CONNECTION,
                    writing.writer() instanceof WritingTarget.Connection(var id) ? id : null,
                    writing.writer() instanceof WritingTarget.Delegation(var zone) ? zone : null,
                    writing.lastRunAt().orElse(null), writing.lastSuccessAt().orElse(null), writing.nextRunAt(),
                    writing.failures(), writing.lastError().orElse(null), writing.records().stream()
                    .filter(known -> known.conflict().isPresent()).map(known -> new Conflict(known.name(),
                            known.conflict().get(), known.allowed().isPresent())).toList()))
                    .orElseGet(() -> new State(By.BY_HAND, null, null, null, null, null, 0, null, List.of()));
        }
    }

    private final DnsConnections connections;
    private final DomainPaths paths;

    DomainDnsController(DnsConnections connections, DomainPaths paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @GetMapping
    @Operation(summary = "Who writes a domain's DNS records, and how that goes")
    State get(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        return State.of(connections.writing(actor.tenant(), paths.find(actor.tenant(), domain).id()));
    }

    @PutMapping
    @Operation(summary = "Choose who writes a domain's DNS records",
            description = "With a connection Postern begins within seconds. Records that it did not write stay.")
    State choose(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain, @RequestBody Choice choice) {
        MailDomain found = paths.find(actor.tenant(), domain);
        if (choice.writer() == null || choice.writer() == By.CONNECTION && choice.connection() == null) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT,
                    "Name the writer: BY_HAND, DELEGATED, or CONNECTION with the id of a connection.");
        }
        orRefuse(connections.choose(actor, found.id(), switch (choice.writer()) {
            case BY_HAND -> new Writer.ByHand();
            case DELEGATED -> new Writer.Delegated();
            case CONNECTION -> new Writer.Connection(choice.connection());
        }));
        return State.of(connections.writing(actor.tenant(), found.id()));
    }

    @PostMapping("/replace")
    @Operation(summary = "Let Postern replace a record that it did not write",
            description = "Name the record exactly as it was shown: one that was changed since is not replaced.")
    State replace(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                  @RequestBody Replacement replacement) {
        MailDomain found = paths.find(actor.tenant(), domain);
        orRefuse(connections.replace(actor, found.id(), replacement.name() == null ? "" : replacement.name(),
                replacement.found() == null ? "" : replacement.found()));
        return State.of(connections.writing(actor.tenant(), found.id()));
    }

    private static void orRefuse(Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var reason)) {
            throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, reason);
        }
    }
}
