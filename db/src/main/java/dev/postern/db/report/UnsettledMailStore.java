package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.UNSETTLED_MAIL;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import dev.postern.db.tenancy.TenantSession;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// Mails whose signature could not be verified because the DNS gave no answer: kept until it does, or until it has been
/// asked often enough.
public final class UnsettledMailStore {

    /// Ten minutes, twenty, and so on to half a day: two and a half days in all.
    private static final int MOST_TRIES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(12);

    /// @param token of the report address that it came to; empty where it came to the organisation itself
    public record Unsettled(String token, Receipt receipt, byte[] mail) {
    }

    private final TenantSession session;

    public UnsettledMailStore(TenantSession session) {
        this.session = session;
    }

    /// Keeps a mail, unless it is kept already.
    public void add(Unsettled mail) {
        session.sql().insertInto(UNSETTLED_MAIL)
                .set(UNSETTLED_MAIL.TENANT_ID, session.tenant())
                .set(UNSETTLED_MAIL.RECEIPT_ID, mail.receipt().id())
                .set(UNSETTLED_MAIL.TOKEN, mail.token())
                .set(UNSETTLED_MAIL.RECEIVED_AT, mail.receipt().receivedAt().atOffset(ZoneOffset.UTC))
                .set(UNSETTLED_MAIL.TRANSPORT, mail.receipt().transport())
                .set(UNSETTLED_MAIL.PEER, mail.receipt().peer())
                .set(UNSETTLED_MAIL.CONTENT_TYPE, mail.receipt().contentType())
                .set(UNSETTLED_MAIL.MAIL, mail.mail())
                .set(UNSETTLED_MAIL.TRIES, 0)
                .set(UNSETTLED_MAIL.NEXT_TRY_AT, mail.receipt().receivedAt().plus(FIRST_PAUSE).atOffset(ZoneOffset.UTC))
                .onConflictDoNothing().execute();
    }

    /// Forgets mails that are settled.
    public void remove(Collection<UUID> receipts) {
        if (!receipts.isEmpty()) {
            session.sql().deleteFrom(UNSETTLED_MAIL).where(UNSETTLED_MAIL.RECEIPT_ID.in(receipts)).execute();
        }
    }

    /// The organisations that have mails to look at again.
    public static List<UUID> due(Database database, Instant now) {
        return database.as(SystemRole.RETENTION, sql -> sql.selectDistinct(UNSETTLED_MAIL.TENANT_ID).from(UNSETTLED_MAIL)
                .where(UNSETTLED_MAIL.NEXT_TRY_AT.le(now.atOffset(ZoneOffset.UTC))).fetch(UNSETTLED_MAIL.TENANT_ID));
    }

    /// Takes mails that are due, and sets when each is due next; one that has been tried for the last time is taken away.
    public List<Unsettled> claim(Instant now, int most) {
        var rows = session.sql().selectFrom(UNSETTLED_MAIL)
                .where(UNSETTLED_MAIL.NEXT_TRY_AT.le(now.atOffset(ZoneOffset.UTC)))
                .orderBy(UNSETTLED_MAIL.NEXT_TRY_AT).limit(most).forUpdate().skipLocked().fetch();
        rows.forEach(row -> {
            int tries = row.getTries() + 1;
            if (tries >= MOST_TRIES) {
                row.delete();
            } else {
                Duration pause = FIRST_PAUSE.multipliedBy(1L << tries);
                row.setTries(tries);
                row.setNextTryAt(now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause)
                        .atOffset(ZoneOffset.UTC));
                row.update();
            }
        });
        return rows.map(row -> new Unsettled(row.getToken(), new Receipt(row.getReceiptId(), row.getTransport(),
                row.getPeer(), row.getReceivedAt().toInstant(), row.getContentType()), row.getMail()));
    }
}
