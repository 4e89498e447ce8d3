package dev.postern.db.timeline;

import static dev.postern.db.jooq.Tables.TIMELINE_EVENT;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import dev.postern.db.jooq.tables.records.TimelineEventRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.stream.Json;
import dev.postern.stream.TimelineMessage;
import dev.postern.timeline.Severity;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.JSONB;

/// An organisation's events.
public final class TimelineStore {

    /// Where a page of events ends.
    public record Cursor(Instant at, UUID id) {
    }

    /// Which events to show.
    ///
    /// @param domain     only this domain's; empty: all
    /// @param severities only these; empty: all
    public record Filter(Optional<UUID> domain, Set<Severity> severities) {
        public static final Filter ALL = new Filter(Optional.empty(), Set.of());

        public static Filter of(UUID domain) {
            return new Filter(Optional.of(domain), Set.of());
        }
    }

    private final TenantSession session;

    public TimelineStore(TenantSession session) {
        this.session = session;
    }

    /// Stores an event and lets everyone who watches know, once the transaction commits.
    public void add(UUID domain, Instant at, TimelineEvent event) {
        add(new TimelineEntry(UUID.randomUUID(), Optional.of(domain), at, event));
    }

    /// The same for an event that several processes see: the first that tells of it is heard.
    ///
    /// @param what names the event among those of the domain
    public void addOnce(UUID domain, Instant at, TimelineEvent event, String what) {
        var id = UUID.nameUUIDFromBytes((domain + " " + what).getBytes(StandardCharsets.UTF_8));
        boolean told = session.sql().fetchExists(TIMELINE_EVENT, TIMELINE_EVENT.EVENT_ID.eq(id));
        if (!told) {
            add(new TimelineEntry(id, Optional.of(domain), at, event));
        }
    }

    private void add(TimelineEntry entry) {
        addAll(List.of(entry));
    }

    /// The same for many events at once.
    public void addAll(List<TimelineEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        var rows = new ArrayList<TimelineEventRecord>();
        for (TimelineEntry entry : entries) {
            String json = Json.text(entry.event());
            rows.add(new TimelineEventRecord(session.tenant(), entry.id(), entry.domainId().orElse(null),
                    entry.at().atOffset(ZoneOffset.UTC), kind(json), entry.event().severity().name(),
                    JSONB.valueOf(json)));
        }
        session.sql().insertInto(TIMELINE_EVENT).columns(TIMELINE_EVENT.fields()).valuesOfRecords(rows).execute();
        session.outbox().timelineEvents(entries.stream().map(entry -> new TimelineMessage(session.tenant(), entry))
                .toList());
    }

    /// Newest first.
    ///
    /// @param before only what is older than this; empty: from the newest
    public List<TimelineEntry> page(Filter filter, Optional<Cursor> before, int most) {
        Condition older = before.map(cursor -> (Condition) row(TIMELINE_EVENT.AT, TIMELINE_EVENT.EVENT_ID)
                .lt(val(cursor.at().atOffset(ZoneOffset.UTC)), val(cursor.id()))).orElse(noCondition());
        return session.sql().selectFrom(TIMELINE_EVENT)
                .where(filter.domain().map(TIMELINE_EVENT.DOMAIN_ID::eq).orElse(noCondition()))
                .and(filter.severities().isEmpty() ? noCondition()
                        : TIMELINE_EVENT.SEVERITY.in(filter.severities().stream().map(Enum::name).toList()))
                .and(older)
                .orderBy(TIMELINE_EVENT.AT.desc(), TIMELINE_EVENT.EVENT_ID.desc())
                .limit(most).fetch(TimelineStore::read);
    }

    private static String kind(String json) {
        return Json.read(json, Kind.class).kind();
    }

    private record Kind(String kind) {
    }

    private static TimelineEntry read(TimelineEventRecord row) {
        return new TimelineEntry(row.getEventId(), Optional.ofNullable(row.getDomainId()), row.getAt().toInstant(),
                Json.read(row.getEvent().data(), TimelineEvent.class));
    }
}
