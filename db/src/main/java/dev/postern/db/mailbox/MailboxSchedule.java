package dev.postern.db.mailbox;

import static dev.postern.db.jooq.Tables.MAILBOX_SOURCE;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/// Which mailboxes, of all organisations, are due to be read.
public final class MailboxSchedule {

    /// A mailbox that the caller alone may read until the claim ends.
    public record Claimed(UUID tenant, UUID mailbox, UUID claim) {
    }

    private final Database database;

    public MailboxSchedule(Database database) {
        this.database = database;
    }

    /// Takes mailboxes that are due. Several workers share them: what one is taking, or has taken and not yet given
    /// back, the others don't get.
    ///
    /// @param until when the claim ends by itself, should the worker crash
    /// @param most  how many at the most
    public List<Claimed> claim(Instant now, Instant until, int most) {
        var at = now.atOffset(ZoneOffset.UTC);
        return database.as(SystemRole.MAILBOXES, sql -> {
            var due = sql.select(MAILBOX_SOURCE.TENANT_ID, MAILBOX_SOURCE.MAILBOX_ID).from(MAILBOX_SOURCE)
                    .where(MAILBOX_SOURCE.PAUSED.isFalse(), MAILBOX_SOURCE.NEXT_POLL_AT.le(at),
                            MAILBOX_SOURCE.CLAIMED_UNTIL.isNull().or(MAILBOX_SOURCE.CLAIMED_UNTIL.lt(at)))
                    .orderBy(MAILBOX_SOURCE.NEXT_POLL_AT).limit(most).forUpdate().skipLocked()
                    .fetch(row -> new Claimed(row.value1(), row.value2(), UUID.randomUUID()));
            for (Claimed claimed : due) {
                sql.update(MAILBOX_SOURCE).set(MAILBOX_SOURCE.CLAIM_ID, claimed.claim())
                        .set(MAILBOX_SOURCE.CLAIMED_UNTIL, until.atOffset(ZoneOffset.UTC))
                        .where(MAILBOX_SOURCE.MAILBOX_ID.eq(claimed.mailbox())).execute();
            }
            return due;
        });
    }
}
