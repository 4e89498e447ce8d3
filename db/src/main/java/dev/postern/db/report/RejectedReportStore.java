package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.REJECTED_REPORT;
import static org.jooq.impl.DSL.noCondition;

import dev.postern.db.tenancy.TenantSession;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;

/// What could not be counted, with the reason and the bytes. Reading shows that of verified domains only.
public final class RejectedReportStore {

    private static final Condition VISIBLE = REJECTED_REPORT.DOMAIN_ID.isNull().or(DOMAIN.VERIFIED_AT.isNotNull());

    private final TenantSession session;

    public RejectedReportStore(TenantSession session) {
        this.session = session;
    }

    /// @param content the bytes as received
    /// @return false when this receipt was kept before
    public boolean add(RejectedReport rejected, byte[] content) {
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
