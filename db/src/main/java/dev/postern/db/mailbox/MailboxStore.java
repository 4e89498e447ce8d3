package dev.postern.db.mailbox;

import static dev.postern.db.jooq.Tables.MAILBOX_SOURCE;

import dev.postern.db.jooq.tables.records.MailboxSourceRecord;
import dev.postern.db.secret.Sealed;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;

/// An organisation's mailboxes.
///
/// What a worker writes, it writes under its claim: once that ended and another worker took the mailbox, or once the
/// organisation changed or removed it, nothing is written any more.
public final class MailboxStore {

    private final TenantSession session;

    public MailboxStore(TenantSession session) {
        this.session = session;
    }

    /// Adds a mailbox, due at once.
    ///
    /// @return false when the organisation has that folder of that account already
    public boolean add(UUID id, Mailbox mailbox, Sealed password, String createdBy, Instant now) {
        MailboxSourceRecord row = session.sql().newRecord(MAILBOX_SOURCE);
        row.setTenantId(session.tenant());
        row.setMailboxId(id);
        write(mailbox, row);
        write(password, row);
        row.setCreatedAt(utc(now));
        row.setCreatedBy(createdBy);
        row.setNextPollAt(utc(now));
        return session.sql().insertInto(MAILBOX_SOURCE).set(row).onConflictDoNothing().execute() == 1;
    }

    /// By name.
    public List<StoredMailbox> list() {
        return session.sql().selectFrom(MAILBOX_SOURCE).orderBy(MAILBOX_SOURCE.NAME, MAILBOX_SOURCE.MAILBOX_ID)
                .fetch(MailboxStore::stored);
    }

    public Optional<StoredMailbox> find(UUID id) {
        return session.sql().selectFrom(MAILBOX_SOURCE).where(MAILBOX_SOURCE.MAILBOX_ID.eq(id))
                .fetchOptional(MailboxStore::stored);
    }

    /// The password as it is kept.
    public Optional<Sealed> password(UUID id) {
        return session.sql().select(MAILBOX_SOURCE.KEY_VERSION, MAILBOX_SOURCE.PASSWORD_KEY, MAILBOX_SOURCE.PASSWORD_SEALED)
                .from(MAILBOX_SOURCE).where(MAILBOX_SOURCE.MAILBOX_ID.eq(id))
                .fetchOptional(row -> new Sealed(row.value1(), row.value2(), row.value3()));
    }

    /// Whether another mailbox of the organisation reads the same mails.
    public boolean another(UUID id, Mailbox mailbox) {
        return list().stream().anyMatch(each -> !each.id().equals(id) && each.mailbox().sameMails(mailbox));
    }

    /// Changes a mailbox and lets it be read at once. Where it is another folder or account than before, reading begins
    /// anew. Whoever reads it now loses the claim.
    ///
    /// @param password empty: the one that is kept stays
    public void change(UUID id, Mailbox mailbox, Optional<Sealed> password, Instant now) {
        session.sql().selectFrom(MAILBOX_SOURCE).where(MAILBOX_SOURCE.MAILBOX_ID.eq(id)).forUpdate().fetchOptional()
                .ifPresent(row -> {
                    if (!stored(row).mailbox().sameMails(mailbox)) {
                        row.setUidValidity(null);
                        row.setLastUid(0L);
                        row.setMailsSeen(0L);
                        row.setReportsTaken(0L);
                        row.setReportsTooLarge(0L);
                        row.setLastPollAt(null);
                        row.setLastSuccessAt(null);
                    }
                    write(mailbox, row);
                    password.ifPresent(sealed -> write(sealed, row));
                    row.setFailures(0);
                    row.setLastError(null);
                    row.setNextPollAt(utc(now));
                    release(row);
                    row.update();
                });
    }

    /// Stops reading, or lets it go on at once. Whoever reads it now loses the claim.
    public void setPaused(UUID id, boolean paused, Instant now) {
        session.sql().update(MAILBOX_SOURCE).set(MAILBOX_SOURCE.PAUSED, paused)
                .set(MAILBOX_SOURCE.NEXT_POLL_AT, utc(now))
                .setNull(MAILBOX_SOURCE.CLAIM_ID).setNull(MAILBOX_SOURCE.CLAIMED_UNTIL)
                .where(MAILBOX_SOURCE.MAILBOX_ID.eq(id)).execute();
    }

    /// Lets it be read as soon as a worker is free.
    public void readNow(UUID id, Instant now) {
        session.sql().update(MAILBOX_SOURCE).set(MAILBOX_SOURCE.NEXT_POLL_AT, utc(now))
                .where(MAILBOX_SOURCE.MAILBOX_ID.eq(id)).execute();
    }

    /// @return false when there is none
    public boolean remove(UUID id) {
        return session.sql().deleteFrom(MAILBOX_SOURCE).where(MAILBOX_SOURCE.MAILBOX_ID.eq(id)).execute() == 1;
    }

    /// Remembers how far a worker has read, and prolongs its claim.
    ///
    /// @param seen     further mails looked at
    /// @param taken    further reports passed on
    /// @param tooLarge further reports left
    /// @return false when the claim is lost: the worker has to stop
    public boolean progress(UUID id, UUID claim, ReadTo readTo, int seen, int taken, int tooLarge, Instant until) {
        return session.sql().update(MAILBOX_SOURCE)
                .set(MAILBOX_SOURCE.UID_VALIDITY, readTo.uidValidity())
                .set(MAILBOX_SOURCE.LAST_UID, readTo.lastUid())
                .set(MAILBOX_SOURCE.MAILS_SEEN, MAILBOX_SOURCE.MAILS_SEEN.plus(seen))
                .set(MAILBOX_SOURCE.REPORTS_TAKEN, MAILBOX_SOURCE.REPORTS_TAKEN.plus(taken))
                .set(MAILBOX_SOURCE.REPORTS_TOO_LARGE, MAILBOX_SOURCE.REPORTS_TOO_LARGE.plus(tooLarge))
                .set(MAILBOX_SOURCE.CLAIMED_UNTIL, utc(until))
                .where(claimed(id, claim)).execute() == 1;
    }

    /// Gives a mailbox back after it was read.
    public void succeeded(UUID id, UUID claim, Instant now, Instant next) {
        session.sql().update(MAILBOX_SOURCE).set(MAILBOX_SOURCE.LAST_POLL_AT, utc(now))
                .set(MAILBOX_SOURCE.LAST_SUCCESS_AT, utc(now)).set(MAILBOX_SOURCE.FAILURES, 0)
                .setNull(MAILBOX_SOURCE.LAST_ERROR).set(MAILBOX_SOURCE.NEXT_POLL_AT, utc(next))
                .setNull(MAILBOX_SOURCE.CLAIM_ID).setNull(MAILBOX_SOURCE.CLAIMED_UNTIL)
                .where(claimed(id, claim)).execute();
    }

    /// Gives a mailbox back that could not be read.
    ///
    /// @param error what failed and what to do
    public void failed(UUID id, UUID claim, String error, Instant now, Instant next) {
        session.sql().update(MAILBOX_SOURCE).set(MAILBOX_SOURCE.LAST_POLL_AT, utc(now))
                .set(MAILBOX_SOURCE.FAILURES, MAILBOX_SOURCE.FAILURES.plus(1))
                .set(MAILBOX_SOURCE.LAST_ERROR, error).set(MAILBOX_SOURCE.NEXT_POLL_AT, utc(next))
                .setNull(MAILBOX_SOURCE.CLAIM_ID).setNull(MAILBOX_SOURCE.CLAIMED_UNTIL)
                .where(claimed(id, claim)).execute();
    }

    private static Condition claimed(UUID id, UUID claim) {
        return MAILBOX_SOURCE.MAILBOX_ID.eq(id).and(MAILBOX_SOURCE.CLAIM_ID.eq(claim));
    }

    private static void release(MailboxSourceRecord row) {
        row.setClaimId(null);
        row.setClaimedUntil(null);
    }

    private static void write(Mailbox mailbox, MailboxSourceRecord row) {
        row.setName(mailbox.name());
        row.setHost(mailbox.host());
        row.setPort(mailbox.port());
        row.setSecurity(mailbox.security().name());
        row.setUsername(mailbox.user());
        row.setFolder(mailbox.folder());
        row.setAfterReading(switch (mailbox.afterReading()) {
            case AfterReading.Leave _ -> "LEAVE";
            case AfterReading.MarkSeen _ -> "MARK_SEEN";
            case AfterReading.MoveTo _ -> "MOVE";
        });
        row.setMoveTo(mailbox.afterReading() instanceof AfterReading.MoveTo(var folder) ? folder : null);
    }

    private static void write(Sealed password, MailboxSourceRecord row) {
        row.setKeyVersion(password.keyVersion());
        row.setPasswordKey(password.key());
        row.setPasswordSealed(password.secret());
    }

    private static StoredMailbox stored(MailboxSourceRecord row) {
        AfterReading then = switch (row.getAfterReading()) {
            case "LEAVE" -> new AfterReading.Leave();
            case "MARK_SEEN" -> new AfterReading.MarkSeen();
            default -> new AfterReading.MoveTo(row.getMoveTo());
        };
        return new StoredMailbox(row.getMailboxId(),
                new Mailbox(row.getName(), row.getHost(), row.getPort(), ConnectionSecurity.valueOf(row.getSecurity()),
                        row.getUsername(), row.getFolder(), then),
                row.getCreatedAt().toInstant(), row.getCreatedBy(), row.getPaused(),
                Optional.ofNullable(row.getUidValidity()).map(validity -> new ReadTo(validity, row.getLastUid())),
                row.getNextPollAt().toInstant(), instant(row.getLastPollAt()), instant(row.getLastSuccessAt()),
                row.getFailures(), Optional.ofNullable(row.getLastError()), row.getMailsSeen(), row.getReportsTaken(),
                row.getReportsTooLarge());
    }

    private static Optional<Instant> instant(OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
