package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.REJECTED_REPORT;
import static dev.postern.db.jooq.Tables.REJECTED_USAGE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.orderBy;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import dev.postern.db.tenancy.TenantSession;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;

/// What could not be counted, with the reason and the bytes. Reading shows that of verified domains only.
public final class RejectedReportStore {

    private static final Condition VISIBLE = REJECTED_REPORT.DOMAIN_ID.isNull().or(DOMAIN.VERIFIED_AT.isNotNull());

    /// Where a page ends.
    public record Cursor(Instant receivedAt, UUID receipt) {
    }

    private final TenantSession session;
    private final RejectedLimits limits;

    public RejectedReportStore(TenantSession session) {
        this(session, RejectedLimits.DEFAULT);
    }

    public RejectedReportStore(TenantSession session, RejectedLimits limits) {
        this.session = session;
        this.limits = limits;
    }

    /// Keeps one; the oldest go when there are too many.
    ///
    /// @param content the bytes as received
    /// @return false when this receipt was kept before
    public boolean add(RejectedReport rejected, byte[] content) {
        boolean fresh = insert(rejected, content);
        if (fresh) {
            account(content.length);
        }
        return fresh;
    }

    private boolean insert(RejectedReport rejected, byte[] content) {
        Receipt receipt = rejected.receipt();
        return session.sql().insertInto(REJECTED_REPORT)
                .set(REJECTED_REPORT.TENANT_ID, session.tenant())
                .set(REJECTED_REPORT.RECEIPT_ID, receipt.id())
                .set(REJECTED_REPORT.DOMAIN_ID, rejected.domainId().orElse(null))
                .set(REJECTED_REPORT.RECEIVED_AT, receipt.receivedAt().atOffset(ZoneOffset.UTC))
                .set(REJECTED_REPORT.TRANSPORT, receipt.transport())
                .set(REJECTED_REPORT.PEER, receipt.peer())
                .set(REJECTED_REPORT.CONTENT_TYPE, receipt.contentType())
                .set(REJECTED_REPORT.CODE, rejected.code())
                .set(REJECTED_REPORT.REASON, rejected.reason())
                .set(REJECTED_REPORT.CONTENT, content)
                .onConflict(REJECTED_REPORT.RECEIPT_ID).doNothing().execute() == 1;
    }

    /// Adds to what is known to be kept, and clears when that is too much.
    private void account(int size) {
        var known = session.sql().update(REJECTED_USAGE).set(REJECTED_USAGE.KEPT, REJECTED_USAGE.KEPT.plus(1))
                .set(REJECTED_USAGE.BYTES, REJECTED_USAGE.BYTES.plus(size))
                .where(REJECTED_USAGE.TENANT_ID.eq(session.tenant()))
                .returningResult(REJECTED_USAGE.KEPT, REJECTED_USAGE.BYTES).fetchOptional();
        if (known.isEmpty() || known.get().value1() > limits.items() || known.get().value2() > limits.bytes()) {
            clear();
        }
    }

    /// Counts what is there, removes the oldest that are too many, and notes both.
    private void clear() {
        Kept before = kept();
        Kept gone = before.items() > limits.items() || before.bytes() > limits.bytes()
                ? remove(tooMany(limits.afterClearing())) : new Kept(0, 0);
        session.sql().insertInto(REJECTED_USAGE)
                .set(REJECTED_USAGE.TENANT_ID, session.tenant())
                .set(REJECTED_USAGE.KEPT, before.items() - gone.items())
                .set(REJECTED_USAGE.BYTES, before.bytes() - gone.bytes())
                .onConflict(REJECTED_USAGE.TENANT_ID).doUpdate()
                .set(REJECTED_USAGE.KEPT, excluded(REJECTED_USAGE.KEPT))
                .set(REJECTED_USAGE.BYTES, excluded(REJECTED_USAGE.BYTES)).execute();
        if (gone.items() > 0) {
            session.sql().update(REJECTED_USAGE)
                    .set(REJECTED_USAGE.DROPPED, REJECTED_USAGE.DROPPED.plus(gone.items()))
                    .set(REJECTED_USAGE.DROPPED_BYTES, REJECTED_USAGE.DROPPED_BYTES.plus(gone.bytes()))
                    .set(REJECTED_USAGE.LAST_DROPPED_AT, currentOffsetDateTime())
                    .where(REJECTED_USAGE.TENANT_ID.eq(session.tenant())).execute();
        }
    }

    private record Kept(long items, long bytes) {
    }

    private Kept kept() {
        return session.sql().select(count(), coalesce(sum(REJECTED_REPORT.SIZE), BigDecimal.ZERO)).from(REJECTED_REPORT)
                .where(REJECTED_REPORT.TENANT_ID.eq(session.tenant()))
                .fetchSingle(row -> new Kept(row.value1(), row.value2().longValue()));
    }

    private List<UUID> tooMany(RejectedLimits most) {
        var order = List.of(REJECTED_REPORT.RECEIVED_AT.desc(), REJECTED_REPORT.RECEIPT_ID.desc());
        var place = rowNumber().over(orderBy(order)).as("place");
        var together = sum(REJECTED_REPORT.SIZE).over(orderBy(order)).as("together");
        var ranked = session.sql().select(REJECTED_REPORT.RECEIPT_ID, place, together).from(REJECTED_REPORT)
                .where(REJECTED_REPORT.TENANT_ID.eq(session.tenant())).asTable("ranked");
        return session.sql().select(ranked.field(REJECTED_REPORT.RECEIPT_ID)).from(ranked)
                .where(ranked.field(place).gt(most.items())).or(ranked.field(together)
                        .gt(BigDecimal.valueOf(most.bytes()))).fetch(row -> row.value1());
    }

    /// One that somebody else holds at the moment, to remove or to replay it, is left to them.
    private Kept remove(List<UUID> receipts) {
        var sizes = session.sql().deleteFrom(REJECTED_REPORT).where(REJECTED_REPORT.RECEIPT_ID.in(session.sql()
                .select(REJECTED_REPORT.RECEIPT_ID).from(REJECTED_REPORT)
                .where(REJECTED_REPORT.RECEIPT_ID.eq(any(receipts.toArray(UUID[]::new)))).forUpdate().skipLocked()))
                .returningResult(REJECTED_REPORT.SIZE).fetch(row -> row.value1());
        return new Kept(sizes.size(), sizes.stream().mapToLong(Integer::longValue).sum());
    }

    /// What had to go; nothing in an organisation that never had too many.
    public RejectedUsage usage() {
        return session.sql().selectFrom(REJECTED_USAGE).where(REJECTED_USAGE.TENANT_ID.eq(session.tenant()))
                .fetchOptional(row -> new RejectedUsage(row.getDropped(), row.getDroppedBytes(),
                        Optional.ofNullable(row.getLastDroppedAt()).map(OffsetDateTime::toInstant)))
                .orElseGet(() -> new RejectedUsage(0, 0, Optional.empty()));
    }

    /// One page, newest first.
    ///
    /// @param before only what came before this; empty: from the newest
    public List<StoredRejection> page(RejectedFilter filter, Optional<Cursor> before, int most) {
        return stored(condition(filter).and(before.map(cursor -> (Condition) row(REJECTED_REPORT.RECEIVED_AT,
                REJECTED_REPORT.RECEIPT_ID).lt(val(cursor.receivedAt().atOffset(ZoneOffset.UTC)),
                val(cursor.receipt()))).orElse(noCondition())), 0, most);
    }

    /// The same by place.
    ///
    /// @param from how many of the newest are passed over
    public List<StoredRejection> page(RejectedFilter filter, int from, int most) {
        return stored(condition(filter), from, most);
    }

    public Optional<StoredRejection> byReceipt(UUID receipt) {
        return stored(VISIBLE.and(REJECTED_REPORT.RECEIPT_ID.eq(receipt)), 0, 1).stream().findFirst();
    }

    private List<StoredRejection> stored(Condition condition, int from, int most) {
        return session.sql().select(REJECTED_REPORT.DOMAIN_ID, REJECTED_REPORT.RECEIPT_ID, REJECTED_REPORT.TRANSPORT,
                        REJECTED_REPORT.PEER, REJECTED_REPORT.RECEIVED_AT, REJECTED_REPORT.CONTENT_TYPE,
                        REJECTED_REPORT.CODE, REJECTED_REPORT.REASON, DOMAIN.NAME, REJECTED_REPORT.SIZE,
                        REJECTED_REPORT.ATTEMPTS, REJECTED_REPORT.TRIED_AT, REJECTED_REPORT.REPLAYED_AT)
                .from(REJECTED_REPORT)
                .leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(condition)
                .orderBy(REJECTED_REPORT.RECEIVED_AT.desc(), REJECTED_REPORT.RECEIPT_ID.desc()).offset(from).limit(most)
                .fetch(row -> new StoredRejection(new RejectedReport(Optional.ofNullable(row.value1()),
                        new Receipt(row.value2(), row.value3(), row.value4(), row.value5().toInstant(), row.value6()),
                        row.value7(), row.value8()), Optional.ofNullable(row.value9()), row.value10(), row.value11(),
                        Optional.ofNullable(row.value12()).map(OffsetDateTime::toInstant),
                        Optional.ofNullable(row.value13()).map(OffsetDateTime::toInstant)));
    }

    private static Condition condition(RejectedFilter filter) {
        return VISIBLE.and(filter.domain().map(REJECTED_REPORT.DOMAIN_ID::eq).orElse(noCondition()))
                .and(filter.code().map(REJECTED_REPORT.CODE::eq).orElse(noCondition()));
    }

    /// How many there are, by the reason's code, most first.
    public Map<String, Integer> byCode(Optional<UUID> domain) {
        var found = new LinkedHashMap<String, Integer>();
        session.sql().select(REJECTED_REPORT.CODE, count()).from(REJECTED_REPORT)
                .leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(condition(new RejectedFilter(domain, Optional.empty())))
                .groupBy(REJECTED_REPORT.CODE).orderBy(count().desc(), REJECTED_REPORT.CODE)
                .forEach(row -> found.put(row.value1(), row.value2()));
        return found;
    }

    /// How many there are, exactly.
    public int total(RejectedFilter filter) {
        return session.sql().selectCount().from(REJECTED_REPORT)
                .leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(condition(filter)).fetchSingle().value1();
    }

    /// Notes that these are on their way to be read again.
    public void replaying(Collection<UUID> receipts, Instant since) {
        session.sql().update(REJECTED_REPORT).set(REJECTED_REPORT.REPLAYED_AT, since.atOffset(ZoneOffset.UTC))
                .where(REJECTED_REPORT.RECEIPT_ID.eq(any(receipts.toArray(UUID[]::new)))).execute();
    }

    /// Notes that these are not on their way after all.
    public void notReplaying(Collection<UUID> receipts) {
        session.sql().update(REJECTED_REPORT).setNull(REJECTED_REPORT.REPLAYED_AT)
                .where(REJECTED_REPORT.RECEIPT_ID.eq(any(receipts.toArray(UUID[]::new)))).execute();
    }

    /// Those of these receipts that are still rejected, held until the transaction ends: only they have to be read again.
    public Set<UUID> stillRejected(Collection<UUID> receipts) {
        return session.sql().select(REJECTED_REPORT.RECEIPT_ID).from(REJECTED_REPORT)
                .where(REJECTED_REPORT.RECEIPT_ID.eq(any(receipts.toArray(UUID[]::new))))
                .orderBy(REJECTED_REPORT.RECEIPT_ID).forUpdate().fetchSet(REJECTED_REPORT.RECEIPT_ID);
    }

    /// It was read again in vain, maybe for another reason than before.
    public void rejectedAgain(UUID receipt, String code, String reason) {
        session.sql().update(REJECTED_REPORT).set(REJECTED_REPORT.CODE, code).set(REJECTED_REPORT.REASON, reason)
                .set(REJECTED_REPORT.ATTEMPTS, REJECTED_REPORT.ATTEMPTS.plus(1))
                .set(REJECTED_REPORT.TRIED_AT, currentOffsetDateTime()).setNull(REJECTED_REPORT.REPLAYED_AT)
                .where(REJECTED_REPORT.RECEIPT_ID.eq(receipt)).execute();
    }

    /// It is recorded now: nothing is rejected any more.
    public void settled(UUID receipt) {
        session.sql().deleteFrom(REJECTED_REPORT).where(REJECTED_REPORT.RECEIPT_ID.eq(receipt)).execute();
    }

    /// Newest first.
    public List<RejectedReport> list(Optional<UUID> domain, int most) {
        return session.sql().select(REJECTED_REPORT.DOMAIN_ID, REJECTED_REPORT.RECEIPT_ID, REJECTED_REPORT.TRANSPORT,
                        REJECTED_REPORT.PEER, REJECTED_REPORT.RECEIVED_AT.convertFrom(OffsetDateTime::toInstant),
                        REJECTED_REPORT.CONTENT_TYPE, REJECTED_REPORT.CODE, REJECTED_REPORT.REASON)
                .from(REJECTED_REPORT)
                .leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(VISIBLE).and(domain.map(REJECTED_REPORT.DOMAIN_ID::eq).orElse(noCondition()))
                .orderBy(REJECTED_REPORT.RECEIVED_AT.desc(), REJECTED_REPORT.RECEIPT_ID).limit(most)
                .fetch(row -> new RejectedReport(Optional.ofNullable(row.value1()),
                        new Receipt(row.value2(), row.value3(), row.value4(), row.value5(), row.value6()),
                        row.value7(), row.value8()));
    }

    /// The bytes as received.
    public Optional<byte[]> content(UUID receipt) {
        return session.sql().select(REJECTED_REPORT.CONTENT).from(REJECTED_REPORT)
                .leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(VISIBLE).and(REJECTED_REPORT.RECEIPT_ID.eq(receipt)).fetchOptional(REJECTED_REPORT.CONTENT);
    }

    /// The beginning of the bytes as received.
    public Optional<byte[]> beginning(UUID receipt, int most) {
        return session.sql().select(field("substring({0} from 1 for {1})", byte[].class, REJECTED_REPORT.CONTENT, val(most)))
                .from(REJECTED_REPORT).leftJoin(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REJECTED_REPORT.DOMAIN_ID))
                .where(VISIBLE).and(REJECTED_REPORT.RECEIPT_ID.eq(receipt)).fetchOptional(row -> row.value1());
    }

    /// Removes what came before a time, by the organisation's retention.
    ///
    /// @param most at a time
    /// @return how many
    public int forget(Instant before, int most) {
        return session.sql().deleteFrom(REJECTED_REPORT).where(REJECTED_REPORT.RECEIPT_ID.in(session.sql()
                .select(REJECTED_REPORT.RECEIPT_ID).from(REJECTED_REPORT)
                .where(REJECTED_REPORT.RECEIVED_AT.lt(before.atOffset(ZoneOffset.UTC)))
                .orderBy(REJECTED_REPORT.RECEIVED_AT).limit(most).forUpdate().skipLocked())).execute();
    }
}
