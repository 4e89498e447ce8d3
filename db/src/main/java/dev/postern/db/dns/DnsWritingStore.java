package dev.postern.db.dns;

import static dev.postern.db.jooq.Tables.DNS_CONNECTION;
import static dev.postern.db.jooq.Tables.DNS_RECORD;
import static dev.postern.db.jooq.Tables.DNS_WRITING;

import dev.postern.db.dns.DnsSchedule.Claimed;
import dev.postern.db.jooq.tables.records.DnsRecordRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.setup.RecordWriting;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/// Which of an organisation's domains have their records written by Postern.
///
/// What a worker notes, it notes under its claim: once that ended and another worker took the domain, or once the
/// organisation chose otherwise, it learns so and stops.
public final class DnsWritingStore {

    private final TenantSession session;

    public DnsWritingStore(TenantSession session) {
        this.session = session;
    }

    /// Who writes a domain's records, as its plan needs it.
    public RecordWriting of(UUID domain) {
        return session.sql().select(DNS_WRITING.DELEGATED_ZONE, DNS_CONNECTION.NAME).from(DNS_WRITING)
                .leftJoin(DNS_CONNECTION).on(DNS_CONNECTION.CONNECTION_ID.eq(DNS_WRITING.CONNECTION_ID))
                .where(DNS_WRITING.DOMAIN_ID.eq(domain))
                .fetchOptional(row -> row.value1() != null ? (RecordWriting) new RecordWriting.Delegated(row.value1())
                        : new RecordWriting.Connected(row.value2()))
                .orElseGet(RecordWriting.ByHand::new);
    }

    public Optional<StoredWriting> find(UUID domain) {
        List<StoredWriting.Known> records = session.sql().selectFrom(DNS_RECORD).where(DNS_RECORD.DOMAIN_ID.eq(domain))
                .orderBy(DNS_RECORD.NAME).fetch(DnsWritingStore::known);
        return session.sql().selectFrom(DNS_WRITING).where(DNS_WRITING.DOMAIN_ID.eq(domain)).fetchOptional(row ->
                new StoredWriting(row.getConnectionId() == null ? new WritingTarget.Delegation(row.getDelegatedZone())
                        : new WritingTarget.Connection(row.getConnectionId()), row.getChosenAt().toInstant(), row.getChosenBy(),
                        row.getNextRunAt().toInstant(), instant(row.getLastRunAt()), instant(row.getLastSuccessAt()),
                        row.getFailures(), Optional.ofNullable(row.getLastError()), records));
    }

    /// Lets Postern write a domain's records from now on, due at once. Whoever writes them now loses the claim; what was
    /// written stays known as Postern's own.
    public void choose(UUID domain, WritingTarget writer, String by, Instant now) {
        byHand(domain);
        session.sql().insertInto(DNS_WRITING)
                .set(DNS_WRITING.TENANT_ID, session.tenant()).set(DNS_WRITING.DOMAIN_ID, domain)
                .set(DNS_WRITING.CONNECTION_ID, writer instanceof WritingTarget.Connection(var id) ? id : null)
                .set(DNS_WRITING.DELEGATED_ZONE, writer instanceof WritingTarget.Delegation(var zone) ? zone : null)
                .set(DNS_WRITING.CHOSEN_AT, utc(now)).set(DNS_WRITING.CHOSEN_BY, by)
                .set(DNS_WRITING.NEXT_RUN_AT, utc(now)).execute();
        session.sql().update(DNS_RECORD).setNull(DNS_RECORD.CONFLICT).setNull(DNS_RECORD.ALLOWED)
                .where(DNS_RECORD.DOMAIN_ID.eq(domain)).execute();
    }

    /// Leaves the records to people, as they are.
    public void byHand(UUID domain) {
        session.sql().deleteFrom(DNS_WRITING).where(DNS_WRITING.DOMAIN_ID.eq(domain)).execute();
    }

    /// Lets records be looked at as soon as a worker is free, whatever failed before.
    public void writeNow(UUID domain, Instant now) {
        session.sql().update(DNS_WRITING).set(DNS_WRITING.NEXT_RUN_AT, utc(now))
                .where(DNS_WRITING.DOMAIN_ID.eq(domain)).execute();
    }

    /// The same after something was seen that may call for a change. Where the provider refuses, its pause is kept.
    public void seen(UUID domain, Instant now) {
        session.sql().update(DNS_WRITING).set(DNS_WRITING.NEXT_RUN_AT, utc(now))
                .where(DNS_WRITING.DOMAIN_ID.eq(domain), DNS_WRITING.FAILURES.eq(0)).execute();
    }

    /// Allows that somebody else's record is replaced, if it still is the one in the way.
    ///
    /// @param found the record as it was shown
    /// @return false when it is not in the way any more
    public boolean allow(UUID domain, String name, String found, Instant now) {
        boolean inTheWay = session.sql().update(DNS_RECORD).set(DNS_RECORD.ALLOWED, found)
                .where(record(domain, name), DNS_RECORD.CONFLICT.eq(found)).execute() == 1;
        if (inTheWay) {
            writeNow(domain, now);
        }
        return inTheWay;
    }

    /// Notes what is about to be written, and prolongs the claim.
    ///
    /// @return false when the claim is lost: nothing must be written
    public boolean planned(Claimed claimed, String name, String type, String value, Instant until) {
        if (!holds(claimed, until)) {
            return false;
        }
        session.sql().insertInto(DNS_RECORD)
                .set(DNS_RECORD.TENANT_ID, session.tenant()).set(DNS_RECORD.DOMAIN_ID, claimed.domain()).set(DNS_RECORD.NAME, name)
                .set(DNS_RECORD.TYPE, type).set(DNS_RECORD.PLANNED, new String[]{value}).set(DNS_RECORD.PENDING, true)
                .onConflict(DNS_RECORD.DOMAIN_ID, DNS_RECORD.NAME).doUpdate()
                .set(DNS_RECORD.TYPE, type).set(DNS_RECORD.PENDING, true)
                .set(DNS_RECORD.PLANNED, DSL.arrayAppend(DSL.arrayRemove(DNS_RECORD.PLANNED, value), value))
                .execute();
        return true;
    }

    /// Notes that a name says what it should.
    ///
    /// @param writtenAt when Postern wrote it just now; empty when it was so already
    /// @return false when the claim is lost
    public boolean standing(Claimed claimed, String name, String type, String value, Optional<Instant> writtenAt,
                            Instant until) {
        if (!holds(claimed, until)) {
            return false;
        }
        var row = session.sql().insertInto(DNS_RECORD)
                .set(DNS_RECORD.TENANT_ID, session.tenant()).set(DNS_RECORD.DOMAIN_ID, claimed.domain()).set(DNS_RECORD.NAME, name)
                .set(DNS_RECORD.TYPE, type).set(DNS_RECORD.PLANNED, new String[]{value}).set(DNS_RECORD.PENDING, false)
                .set(DNS_RECORD.WRITTEN_AT, writtenAt.map(DnsWritingStore::utc).orElse(null))
                .onConflict(DNS_RECORD.DOMAIN_ID, DNS_RECORD.NAME).doUpdate()
                .set(DNS_RECORD.TYPE, type).set(DNS_RECORD.PLANNED, new String[]{value}).set(DNS_RECORD.PENDING, false)
                .setNull(DNS_RECORD.CONFLICT).setNull(DNS_RECORD.ALLOWED);
        (writtenAt.isPresent() ? row.set(DNS_RECORD.WRITTEN_AT, utc(writtenAt.get())) : row).execute();
        return true;
    }

    /// Notes what is in the way. Consent to replacing something else does not hold any more.
    ///
    /// @return false when the claim is lost
    public boolean inTheWay(Claimed claimed, String name, String type, String found, Instant until) {
        if (!holds(claimed, until)) {
            return false;
        }
        session.sql().insertInto(DNS_RECORD)
                .set(DNS_RECORD.TENANT_ID, session.tenant()).set(DNS_RECORD.DOMAIN_ID, claimed.domain()).set(DNS_RECORD.NAME, name)
                .set(DNS_RECORD.TYPE, type).set(DNS_RECORD.PLANNED, new String[0]).set(DNS_RECORD.PENDING, false)
                .set(DNS_RECORD.CONFLICT, found)
                .onConflict(DNS_RECORD.DOMAIN_ID, DNS_RECORD.NAME).doUpdate()
                .set(DNS_RECORD.CONFLICT, found).setNull(DNS_RECORD.ALLOWED).execute();
        return true;
    }

    /// Gives a domain back after all its records were found or made right.
    public void succeeded(Claimed claimed, Instant now, Instant next) {
        session.sql().update(DNS_WRITING).set(DNS_WRITING.LAST_RUN_AT, utc(now)).set(DNS_WRITING.LAST_SUCCESS_AT, utc(now))
                .set(DNS_WRITING.FAILURES, 0).setNull(DNS_WRITING.LAST_ERROR)
                .set(DNS_WRITING.NEXT_RUN_AT, next(claimed, next))
                .setNull(DNS_WRITING.CLAIM_ID).setNull(DNS_WRITING.CLAIMED_UNTIL)
                .where(held(claimed)).execute();
    }

    /// Gives a domain back when there was nothing to do.
    public void rested(Claimed claimed, Instant next) {
        session.sql().update(DNS_WRITING).set(DNS_WRITING.NEXT_RUN_AT, next(claimed, next))
                .setNull(DNS_WRITING.CLAIM_ID).setNull(DNS_WRITING.CLAIMED_UNTIL)
                .where(held(claimed)).execute();
    }

    /// Gives a domain back whose records could not all be written.
    ///
    /// @param error what failed and what to do
    /// @return whether it is the first failure after a success; false too when the claim is lost
    public boolean failed(Claimed claimed, String error, Instant now, Instant next) {
        return session.sql().update(DNS_WRITING).set(DNS_WRITING.LAST_RUN_AT, utc(now))
                .set(DNS_WRITING.FAILURES, DNS_WRITING.FAILURES.plus(1)).set(DNS_WRITING.LAST_ERROR, error)
                .set(DNS_WRITING.NEXT_RUN_AT, next(claimed, next))
                .setNull(DNS_WRITING.CLAIM_ID).setNull(DNS_WRITING.CLAIMED_UNTIL)
                .where(held(claimed)).returning(DNS_WRITING.FAILURES)
                .fetchOptional(DNS_WRITING.FAILURES).map(failures -> failures == 1).orElse(false);
    }

    /// What came up while the worker was at it calls for another look at once.
    private static Field<OffsetDateTime> next(Claimed claimed, Instant next) {
        return DSL.when(DNS_WRITING.NEXT_RUN_AT.eq(utc(claimed.dueAt())), utc(next)).otherwise(DNS_WRITING.NEXT_RUN_AT);
    }

    private boolean holds(Claimed claimed, Instant until) {
        return session.sql().update(DNS_WRITING).set(DNS_WRITING.CLAIMED_UNTIL, utc(until))
                .where(held(claimed)).execute() == 1;
    }

    private static Condition held(Claimed claimed) {
        return DNS_WRITING.DOMAIN_ID.eq(claimed.domain()).and(DNS_WRITING.CLAIM_ID.eq(claimed.claim()));
    }

    private static Condition record(UUID domain, String name) {
        return DNS_RECORD.DOMAIN_ID.eq(domain).and(DNS_RECORD.NAME.eq(name));
    }

    private static StoredWriting.Known known(DnsRecordRecord row) {
        return new StoredWriting.Known(row.getName(), row.getType(), Arrays.asList(row.getPlanned()), row.getPending(),
                instant(row.getWrittenAt()), Optional.ofNullable(row.getConflict()), Optional.ofNullable(row.getAllowed()));
    }

    private static Optional<Instant> instant(OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
