package dev.postern.app.mailbox;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.Permission;
import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.db.secret.Sealed;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.tenancy.Database;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.imap.ImapConnector;
import dev.postern.outbound.imap.MailboxLook;
import dev.postern.outbound.imap.MailboxProblem;
import dev.postern.parse.Parsed;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/// What members do with their organisation's mailboxes, for pages and the REST API alike.
///
/// A password goes in and never comes out. It is used only with the account that it was entered for: who changes server
/// or user enters it anew, so nobody has a stored one sent to a server of their choice.
public final class Mailboxes {

    /// Of one organisation.
    private static final int MOST = 20;
    private static final int MAX_PASSWORD = 1_000;
    /// At a time in this process: each holds a connection for up to half a minute.
    private static final int TESTS = 8;

    private final Database database;
    private final MailboxPasswords passwords;
    private final ImapConnector connector;
    private final Clock clock;
    private final Semaphore tests = new Semaphore(TESTS);

    public Mailboxes(Database database, MailboxPasswords passwords, ImapConnector connector, Clock clock) {
        this.database = database;
        this.passwords = passwords;
        this.connector = connector;
        this.clock = clock;
    }

    /// By name.
    public List<StoredMailbox> list(UUID tenant) {
        return database.inTenant(tenant, session -> session.mailboxes().list());
    }

    public Optional<StoredMailbox> find(UUID tenant, UUID id) {
        return database.inTenant(tenant, session -> session.mailboxes().find(id));
    }

    /// Connects a mailbox; it is read within seconds.
    ///
    /// @return its id; or a problem, whose code is the field it is about, `password` or `mailbox`
    public Parsed<UUID> add(Domains.Actor actor, Mailbox mailbox, String password) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        if (unusable(password)) {
            return Parsed.invalid("password", "Enter the password.", "");
        }
        UUID id = UUID.randomUUID();
        Sealed sealed = passwords.seal(actor.tenant(), id, password);
        return database.inTenant(actor.tenant(), session -> {
            if (session.mailboxes().list().size() >= MOST) {
                return Parsed.invalid("mailbox", "An organisation has up to " + MOST + " mailboxes. Remove one first.", "");
            }
            return session.mailboxes().add(id, mailbox, sealed, actor.name(), now()) ? Parsed.valid(id) : twice(mailbox);
        });
    }

    /// Changes a mailbox.
    ///
    /// @param password blank: the stored one stays
    /// @return its id; or a problem as with [#add]
    public Parsed<UUID> change(Domains.Actor actor, UUID id, Mailbox mailbox, String password) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        if (!password.isEmpty() && unusable(password)) {
            return Parsed.invalid("password", "That is too long for a password.", "");
        }
        Optional<Sealed> sealed = password.isEmpty() ? Optional.empty()
                : Optional.of(passwords.seal(actor.tenant(), id, password));
        return database.inTenant(actor.tenant(), session -> {
            Optional<StoredMailbox> stored = session.mailboxes().find(id);
            if (stored.isEmpty()) {
                return gone();
            }
            if (sealed.isEmpty() && !sameAccount(stored.get().mailbox(), mailbox)) {
                return Parsed.invalid("password", "Enter the password again: it is kept for "
                        + stored.get().mailbox().peer() + " only.", "");
            }
            if (session.mailboxes().another(id, mailbox)) {
                return twice(mailbox);
            }
            session.mailboxes().change(id, mailbox, sealed, now());
            return Parsed.valid(id);
        });
    }

    public void pause(Domains.Actor actor, UUID id, boolean paused) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        database.useTenant(actor.tenant(), session -> session.mailboxes().setPaused(id, paused, now()));
    }

    public void readNow(Domains.Actor actor, UUID id) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        database.useTenant(actor.tenant(), session -> session.mailboxes().readNow(id, now()));
    }

    /// @return false when there is none
    public boolean remove(Domains.Actor actor, UUID id) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        return database.inTenant(actor.tenant(), session -> session.mailboxes().remove(id));
    }

    /// Connects now and looks, without reading a mail or changing anything. It may take half a minute.
    ///
    /// @param existing the mailbox whose stored password is used where none is given
    public TestOutcome test(Domains.Actor actor, Optional<UUID> existing, Mailbox mailbox, String password) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        String secret = password;
        if (password.isEmpty()) {
            switch (stored(actor, existing, mailbox)) {
                case Parsed.Valid<String>(var known, var _) -> secret = known;
                case Parsed.Invalid<String> missing -> {
                    return new TestOutcome.NotTried(missing.reason());
                }
            }
        } else if (unusable(password)) {
            return new TestOutcome.NotTried("That is too long for a password.");
        }
        if (!tests.tryAcquire()) {
            return new TestOutcome.NotTried("Several mailboxes are being tested right now. Try again in a moment.");
        }
        try {
            return new TestOutcome.Fine(MailboxLook.at(mailbox, secret, connector));
        } catch (MailboxProblem problem) {
            return new TestOutcome.Failed(problem.kind(), problem.getMessage());
        } finally {
            tests.release();
        }
    }

    private Parsed<String> stored(Domains.Actor actor, Optional<UUID> existing, Mailbox mailbox) {
        Optional<UUID> same = existing.filter(id -> find(actor.tenant(), id)
                .filter(known -> sameAccount(known.mailbox(), mailbox)).isPresent());
        Optional<Sealed> sealed = same.flatMap(id -> database.inTenant(actor.tenant(),
                session -> session.mailboxes().password(id)));
        if (sealed.isEmpty()) {
            return Parsed.invalid("password", "Enter the password.", "");
        }
        try {
            return Parsed.valid(passwords.open(actor.tenant(), same.get(), sealed.get()));
        } catch (SecretUnreadable unreadable) {
            return Parsed.invalid("password", "The stored password can't be opened any more. Enter it again.", "");
        }
    }

    private static boolean sameAccount(Mailbox one, Mailbox other) {
        return one.host().equals(other.host()) && one.port() == other.port() && one.user().equals(other.user());
    }

    private static boolean unusable(String password) {
        return password.isEmpty() || password.length() > MAX_PASSWORD
                || password.chars().anyMatch(each -> each == 0 || each == '\r' || each == '\n');
    }

    private static <T> Parsed<T> twice(Mailbox mailbox) {
        return Parsed.invalid("mailbox", "The folder " + mailbox.folder() + " of " + mailbox.peer()
                + " is connected already.", "");
    }

    private static <T> Parsed<T> gone() {
        return Parsed.invalid("mailbox", "This mailbox is not there any more.", "");
    }

    /// PostgreSQL keeps microseconds.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
