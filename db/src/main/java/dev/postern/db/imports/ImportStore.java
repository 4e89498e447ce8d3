package dev.postern.db.imports;

import static dev.postern.db.jooq.Tables.IMPORT_ITEM;
import static dev.postern.db.jooq.Tables.IMPORT_JOB;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.when;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.stream.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;

/// An organisation's imports.
public final class ImportStore {

    /// A process that has not moved its import on for so long is gone. It moves it on each second.
    public static final Duration GONE_AFTER = Duration.ofSeconds(30);
    static final String INTERRUPTED = "Reading was interrupted when Postern stopped. What was read before counts; upload the "
            + "same again for the rest, nothing counts twice.";
    private static final int MOST_REASONS = 50;
    private static final String CONFLICTING = "Another report with the same name and period came first, with other "
            + "content. This one is kept apart and not counted.";
    private static final Condition IS_PROBLEM = IMPORT_ITEM.REJECTED.gt(inline(0)).or(IMPORT_ITEM.CONFLICTING.gt(inline(0)));
    private static final Field<String> CODE = when(IMPORT_ITEM.REJECTED.gt(inline(0)), IMPORT_ITEM.CODE)
            .otherwise(inline(ImportOutcome.CONFLICTING));
    private static final Field<String> REASON = when(IMPORT_ITEM.REJECTED.gt(inline(0)), IMPORT_ITEM.REASON)
            .otherwise(inline(CONFLICTING));

    private final TenantSession session;

    public ImportStore(TenantSession session) {
        this.session = session;
    }

    /// Where a page of the list ends.
    public record Cursor(Instant createdAt, UUID id) {
    }

    /// The reasons as they are stored.
    private record Reasons(List<ImportJob.LeftOut> reasons) {
    }

    public void add(ImportJob job) {
        session.sql().insertInto(IMPORT_JOB)
                .set(IMPORT_JOB.TENANT_ID, session.tenant())
                .set(IMPORT_JOB.IMPORT_ID, job.id())
                .set(IMPORT_JOB.NAME, job.name())
                .set(IMPORT_JOB.STARTED_BY, job.startedBy())
                .set(IMPORT_JOB.CREATED_AT, job.createdAt().atOffset(ZoneOffset.UTC))
                .set(IMPORT_JOB.STATE, job.state().name())
                .set(IMPORT_JOB.BYTES, job.bytes())
                .set(IMPORT_JOB.BYTES_READ, job.progress().bytesRead())
                .set(IMPORT_JOB.ITEMS, job.progress().items())
                .set(IMPORT_JOB.LEFT_OUT, job.progress().leftOut())
                .set(IMPORT_JOB.LEFT_OUT_REASONS, reasons(job.progress()))
                .set(IMPORT_JOB.PROBLEM, job.progress().problem())
                .set(IMPORT_JOB.ALIVE_AT, job.createdAt().atOffset(ZoneOffset.UTC))
                .execute();
    }

    /// Moves an import on. To be called while it lasts, also when there is nothing new.
    public void progress(UUID id, ImportJob.Progress progress, Instant now) {
        var at = now.atOffset(ZoneOffset.UTC);
        session.sql().update(IMPORT_JOB)
                .set(IMPORT_JOB.STATE, progress.state().name())
                .set(IMPORT_JOB.BYTES_READ, progress.bytesRead())
                .set(IMPORT_JOB.ITEMS, progress.items())
                .set(IMPORT_JOB.LEFT_OUT, progress.leftOut())
                .set(IMPORT_JOB.LEFT_OUT_REASONS, reasons(progress))
                .set(IMPORT_JOB.PROBLEM, progress.problem())
                .set(IMPORT_JOB.ALIVE_AT, at)
                .set(IMPORT_JOB.ENDED_AT, progress.state().isEnd() ? at : null)
                .where(IMPORT_JOB.IMPORT_ID.eq(id)).execute();
    }

    /// @param now tells which are interrupted
    public Optional<ImportJob> byId(UUID id, Instant now) {
        return session.sql().selectFrom(IMPORT_JOB).where(IMPORT_JOB.IMPORT_ID.eq(id))
                .fetchOptional(record -> job(record, now));
    }

    /// Newest first.
    ///
    /// @param before where the page before ended
    /// @param now    tells which are interrupted
    public List<ImportJob> page(Optional<Cursor> before, int most, Instant now) {
        return session.sql().selectFrom(IMPORT_JOB)
                .where(before.<Condition>map(cursor -> row(IMPORT_JOB.CREATED_AT, IMPORT_JOB.IMPORT_ID)
                        .lt(cursor.createdAt().atOffset(ZoneOffset.UTC), cursor.id())).orElse(noCondition()))
                .orderBy(IMPORT_JOB.CREATED_AT.desc(), IMPORT_JOB.IMPORT_ID.desc()).limit(most)
                .fetch(record -> job(record, now));
    }

    /// What became of the items so far.
    ///
    /// @param examples names given for each reason
    public ImportOutcome outcome(UUID id, int examples) {
        var fresh = sum(IMPORT_ITEM.COUNTED);
        var known = sum(IMPORT_ITEM.KNOWN);
        var conflicting = sum(IMPORT_ITEM.CONFLICTING);
        var wrong = sum(IMPORT_ITEM.REJECTED);
        var sums = session.sql().select(count(), fresh, known, conflicting, wrong).from(IMPORT_ITEM)
                .where(IMPORT_ITEM.IMPORT_ID.eq(id)).fetchSingle();
        boolean problems = number(sums.get(conflicting)) + number(sums.get(wrong)) > 0;
        return new ImportOutcome(sums.value1(), number(sums.get(fresh)), number(sums.get(known)),
                number(sums.get(conflicting)), number(sums.get(wrong)),
                problems ? reasons(id, examples) : List.of());
    }

    private List<ImportOutcome.Reason> reasons(UUID id, int examples) {
        var names = field("({0})[1:{1}]", String[].class,
                arrayAgg(IMPORT_ITEM.NAME).orderBy(IMPORT_ITEM.RECEIPT_ID), inline(examples));
        return session.sql().select(CODE, max(REASON), count(), names).from(IMPORT_ITEM)
                .where(IMPORT_ITEM.IMPORT_ID.eq(id)).and(IS_PROBLEM)
                .groupBy(CODE).orderBy(count().desc(), CODE).limit(MOST_REASONS)
                .fetch(found -> new ImportOutcome.Reason(found.value1(), found.value2(), found.value3(),
                        Arrays.asList(found.value4())));
    }

    /// Items of which something was not counted, in a stable order.
    ///
    /// @param after the receipt of the last one before
    public List<ProblemItem> problems(UUID id, Optional<UUID> after, int most) {
        return session.sql().select(IMPORT_ITEM.RECEIPT_ID, IMPORT_ITEM.NAME, CODE, REASON, IMPORT_ITEM.REJECTED,
                        IMPORT_ITEM.CONFLICTING)
                .from(IMPORT_ITEM)
                .where(IMPORT_ITEM.IMPORT_ID.eq(id)).and(IS_PROBLEM)
                .and(after.map(IMPORT_ITEM.RECEIPT_ID::gt).orElse(noCondition()))
                .orderBy(IMPORT_ITEM.RECEIPT_ID).limit(most)
                .fetch(found -> new ProblemItem(found.value1(), found.value2(), found.value3(), found.value4(),
                        found.value5(), found.value6()));
    }

    private static JSONB reasons(ImportJob.Progress progress) {
        return JSONB.valueOf(Json.text(new Reasons(progress.reasons())));
    }

    /// Which import is interrupted is told here and not by whoever starts: another process may be reading it, and no
    /// process may look into all organisations' imports.
    private static ImportJob job(Record record, Instant now) {
        var state = ImportState.valueOf(record.get(IMPORT_JOB.STATE));
        Instant aliveAt = record.get(IMPORT_JOB.ALIVE_AT).toInstant();
        boolean gone = !state.isEnd() && aliveAt.isBefore(now.minus(GONE_AFTER));
        return new ImportJob(record.get(IMPORT_JOB.IMPORT_ID), record.get(IMPORT_JOB.NAME),
                record.get(IMPORT_JOB.STARTED_BY), record.get(IMPORT_JOB.CREATED_AT).toInstant(),
                record.get(IMPORT_JOB.BYTES),
                new ImportJob.Progress(gone ? ImportState.INTERRUPTED : state, record.get(IMPORT_JOB.BYTES_READ),
                        record.get(IMPORT_JOB.ITEMS), record.get(IMPORT_JOB.LEFT_OUT),
                        Json.read(record.get(IMPORT_JOB.LEFT_OUT_REASONS).data(), Reasons.class).reasons(),
                        gone || state == ImportState.INTERRUPTED ? INTERRUPTED : record.get(IMPORT_JOB.PROBLEM)),
                gone ? Optional.of(aliveAt)
                        : Optional.ofNullable(record.get(IMPORT_JOB.ENDED_AT)).map(OffsetDateTime::toInstant));
    }

    private static long number(BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }
}
