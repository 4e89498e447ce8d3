package dev.postern.ingest.imap;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.mailbox.MailboxSchedule.Claimed;
import dev.postern.db.mailbox.MailboxStore;
import dev.postern.db.mailbox.ReadTo;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.db.report.Receipt;
import dev.postern.db.secret.Sealed;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.imap.ImapConnector;
import dev.postern.outbound.imap.ImapSession;
import dev.postern.outbound.imap.ListedMail;
import dev.postern.outbound.imap.MailboxProblem;
import dev.postern.outbound.imap.OpenFolder;
import dev.postern.outbound.imap.UidRange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one mailbox once.
///
/// Mails are taken in small steps of ascending UID. In each step reports are fetched and logged one by one; then they are
/// marked or moved; then the step is remembered, under a claim that this prolongs. A mailbox with more than one reading
/// may take is due again at once, so a large one does not keep others waiting.
public final class MailboxReader {

    private static final String PASSWORD_UNREADABLE = "The stored password can't be opened any more, as after a change of "
            + "the installation's key. Enter the password again.";
    private static final String NOT_STORED = "Postern could not store reports safely at the moment, so they stay in the "
            + "mailbox. It tries again by itself.";
    private static final Duration AFTER_NOT_STORED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(MailboxReader.class);

    /// How much one reading takes.
    ///
    /// @param step       mails from one remembering to the next
    /// @param mails      that are looked at
    /// @param reports    that are fetched
    /// @param maxMessage bytes of the largest that is fetched
    /// @param lease      how long a claim lasts beyond each step
    public record Portion(int step, int mails, int reports, int maxMessage, Duration lease) {

        /// For a largest message.
        public static Portion usual(int maxMessage) {
            return new Portion(50, 2_000, 500, maxMessage, Duration.ofMinutes(10));
        }
    }

    private final Database database;
    private final MailboxPasswords passwords;
    private final ImapConnector connector;
    private final ReportLog log;
    private final InstantSource clock;
    private final Duration interval;
    private final Portion portion;

    /// @param interval between two readings when all is well
    public MailboxReader(Database database, MailboxPasswords passwords, ImapConnector connector, ReportLog log, InstantSource clock,
                         Duration interval, Portion portion) {
        this.database = database;
        this.passwords = passwords;
        this.connector = connector;
        this.log = log;
        this.clock = clock;
        this.interval = interval;
        this.portion = portion;
    }

    /// Reads a mailbox that was claimed, and gives it back. Whatever goes wrong with the mailbox itself is told there.
    ///
    /// @param stop asked between steps: whether to leave the rest for later
    public void read(Claimed claimed, BooleanSupplier stop) {
        Optional<StoredMailbox> found = database.inTenant(claimed.tenant(),
                session -> session.mailboxes().find(claimed.mailbox()));
        Optional<Sealed> sealed = database.inTenant(claimed.tenant(),
                session -> session.mailboxes().password(claimed.mailbox()));
        if (found.isEmpty() || sealed.isEmpty()) {
            return;
        }
        StoredMailbox stored = found.get();
        try {
            String password = passwords.open(claimed.tenant(), stored.id(), sealed.get());
            boolean more = read(claimed, stored, password, stop);
            Instant now = now();
            store(claimed, mailboxes -> mailboxes.succeeded(stored.id(), claimed.claim(), now,
                    more ? now : now.plus(interval)));
        } catch (MailboxProblem problem) {
            LOG.info("Mailbox {} could not be read: {}", stored.id(), problem.getMessage());
            failed(claimed, problem.getMessage(), Backoff.after(problem.kind(), stored.failures() + 1, interval));
        } catch (SecretUnreadable unreadable) {
            LOG.warn("The password of mailbox {} can't be opened: {}", stored.id(), unreadable.getMessage());
            failed(claimed, PASSWORD_UNREADABLE, Backoff.after(MailboxProblem.Kind.SIGN_IN, stored.failures() + 1, interval));
        } catch (LogUnavailable away) {
            failed(claimed, NOT_STORED, AFTER_NOT_STORED);
        }
    }

    private void failed(Claimed claimed, String error, Duration pause) {
        Instant now = now();
        store(claimed, mailboxes -> mailboxes.failed(claimed.mailbox(), claimed.claim(), error, now, now.plus(pause)));
    }

    /// @return whether there is more to read
    private boolean read(Claimed claimed, StoredMailbox stored, String password, BooleanSupplier stop)
            throws MailboxProblem {
        Mailbox mailbox = stored.mailbox();
        try (ImapSession session = connector.open(mailbox, password)) {
            OpenFolder folder = session.open(!(mailbox.afterReading() instanceof AfterReading.Leave));
            if (mailbox.afterReading() instanceof AfterReading.MoveTo(var target)) {
                session.require(target);
            }
            // Under another validity the UIDs that were remembered mean nothing: the folder was made anew.
            long uid = stored.readTo().filter(readTo -> readTo.uidValidity() == folder.uidValidity())
                    .map(ReadTo::lastUid).orElse(0L);
            int looked = 0;
            int fetched = 0;
            while (looked < portion.mails() && fetched < portion.reports() && !stop.getAsBoolean()) {
                UidRange range = session.above(uid, folder, portion.step());
                Step step = step(claimed, stored, session, folder, range.uids());
                uid = range.upTo();
                var readTo = new ReadTo(folder.uidValidity(), uid);
                Instant until = now().plus(portion.lease());
                if (!ask(claimed, mailboxes -> mailboxes.progress(stored.id(), claimed.claim(), readTo, step.seen(),
                        step.taken().size(), step.tooLarge(), until))) {
                    LOG.info("Mailbox {} was changed or taken over while it was read", stored.id());
                    return false;
                }
                if (range.whole()) {
                    return false;
                }
                // Also where nothing was found: a search costs as much as what it might have found.
                looked += portion.step();
                fetched += step.taken().size();
            }
            return true;
        }
    }

    private record Step(int seen, List<Long> taken, int tooLarge) {
    }

    private Step step(Claimed claimed, StoredMailbox stored, ImapSession session, OpenFolder folder, List<Long> uids)
            throws MailboxProblem {
        if (uids.isEmpty()) {
            return new Step(0, List.of(), 0);
        }
        var taken = new ArrayList<Long>();
        int tooLarge = 0;
        for (ListedMail mail : session.list(uids)) {
            if (!mail.report()) {
                continue;
            }
            if (mail.size() > portion.maxMessage()) {
                tooLarge++;
                continue;
            }
            Optional<byte[]> bytes = session.fetch(mail);
            if (bytes.isPresent()) {
                log.append(received(claimed.tenant(), stored, folder, mail, bytes.get()));
                taken.add(mail.uid());
            }
        }
        if (!taken.isEmpty()) {
            switch (stored.mailbox().afterReading()) {
                case AfterReading.Leave _ -> { }
                case AfterReading.MarkSeen _ -> session.markSeen(taken);
                case AfterReading.MoveTo(var target) -> session.move(taken, target);
            }
        }
        return new Step(uids.size(), List.copyOf(taken), tooLarge);
    }

    private ReceivedReport received(UUID tenant, StoredMailbox stored, OpenFolder folder, ListedMail mail, byte[] bytes) {
        return new ReceivedReport(new Destination.Organisation(tenant), new Receipt(
                receiptId(stored.id(), stored.mailbox(), folder.uidValidity(), mail.uid()), "imap",
                stored.mailbox().peer(), now(), "message/rfc822"), bytes, Optional.empty());
    }

    /// The same for the same mail, whoever reads it and how often. Folders may share UIDs and validities.
    static UUID receiptId(UUID id, Mailbox mailbox, long uidValidity, long uid) {
        return UUID.nameUUIDFromBytes(String.join("\n", "imap", id.toString(), mailbox.host(),
                Integer.toString(mailbox.port()), mailbox.user(), mailbox.folder(), Long.toString(uidValidity),
                Long.toString(uid)).getBytes(UTF_8));
    }

    private void store(Claimed claimed, Consumer<MailboxStore> work) {
        database.useTenant(claimed.tenant(), session -> work.accept(session.mailboxes()));
    }

    private boolean ask(Claimed claimed, Predicate<MailboxStore> work) {
        return database.inTenant(claimed.tenant(), session -> work.test(session.mailboxes()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
