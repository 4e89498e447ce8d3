package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.db.tenancy.Database;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.timeline.Severity;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What happened, newest first.
@RestController
@Tag(name = "Timeline")
class TimelineController {

    /// @param domain in A-labels
    /// @param event  what happened; its fields depend on its `kind`
    public record Entry(UUID id, Instant at, String domain, Severity severity, String headline, TimelineEvent event) {

        static Entry of(TimelineEntry entry) {
            TimelineEvent event = entry.event();
            return new Entry(entry.id(), entry.at(), event.domain(), event.severity(), event.headline(), event);
        }
    }

    private final Database database;
    private final DomainPaths paths;

    TimelineController(Database database, DomainPaths paths) {
        this.database = database;
        this.paths = paths;
    }

    @GetMapping("/api/v1/timeline")
    @Operation(summary = "What happened in the organisation, newest first")
    Page<Entry> all(@AuthenticationPrincipal Domains.Actor actor, @RequestParam Optional<String> after,
                    @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        return page(actor, TimelineStore.Filter.ALL, after, limit);
    }

    @GetMapping("/api/v1/domains/{domain}/timeline")
    @Operation(summary = "What happened on a domain, newest first")
    Page<Entry> ofDomain(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain,
                         @RequestParam Optional<String> after,
                         @RequestParam(defaultValue = "" + Page.USUAL) int limit) {
        return page(actor, TimelineStore.Filter.of(paths.find(actor.tenant(), domain).id()), after, limit);
    }

    private Page<Entry> page(Domains.Actor actor, TimelineStore.Filter filter, Optional<String> after, int limit) {
        int most = Page.limit(limit);
        var before = after.map(Page.Position::of)
                .map(position -> new TimelineStore.Cursor(position.at(), position.id()));
        var found = database.inTenant(actor.tenant(), session -> session.timeline().page(filter, before, most + 1));
        return Page.of(found, most, Entry::of, entry -> new Page.Position(entry.at(), entry.id()).text());
    }
}
