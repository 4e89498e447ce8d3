package dev.postern.db.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.mailbox.MailboxSchedule.Claimed;
import dev.postern.db.secret.Sealed;
import dev.postern.db.tenancy.Database;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.servers.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxStoresTest {

    /// Far in the past, so that no other test's mailboxes are due.
    private static final Instant NOW = Instant.parse("2020-01-01T10:00:00Z");
    private static final Instant UNTIL = NOW.plus(Duration.ofMinutes(10));
    private static final UUID TENANT = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();
    private static final Sealed PASSWORD = new Sealed(1, new byte[]{1}, new byte[]{2});

    private static DatabaseConnection connection;
    private static Database database;
    private static MailboxSchedule schedule;

    private final UUID id = UUID.randomUUID();
    private final Mailbox mailbox = mailbox("user-" + id, "INBOX", new AfterReading.Leave());

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 10, folder.resolve("key")));
        database = connection.database();
        schedule = new MailboxSchedule(database);
        for (UUID tenant : List.of(TENANT, OTHER)) {
            new AccountStore(database).signUp(new Account(UUID.randomUUID(), tenant + "@example.test", "-"), tenant,
                    "Test", NOW);
        }
    }

    @AfterAll
    static void close() {
        connection.close();
    }

    private static Mailbox mailbox(String user, String folder, AfterReading then) {
        return Mailbox.parse("Reports", "imap.example.test", 993, ConnectionSecurity.IMPLICIT_TLS, user, folder, then)
                .orThrow();
    }

    private <T> T mine(Function<MailboxStore, T> work) {
        return database.inTenant(TENANT, session -> work.apply(session.mailboxes()));
    }

    private boolean yes(java.util.function.Predicate<MailboxStore> work) {
        return mine(work::test);
    }

    private void add() {
        assertThat(yes(store -> store.add(id, mailbox, PASSWORD, "anna@example.test", NOW))).isTrue();
    }

    private StoredMailbox stored() {
        return mine(store -> store.find(id)).orElseThrow();
    }

    private Optional<Claimed> claim(Instant now) {
        return schedule.claim(now, now.plus(Duration.ofMinutes(10)), 1_000).stream()
                .filter(claimed -> claimed.mailbox().equals(id)).findFirst();
    }

    private void act(java.util.function.Consumer<MailboxStore> work) {
        database.useTenant(TENANT, session -> work.accept(session.mailboxes()));
    }

    @Test
    void keepsWhatWasEntered() {
        add();

        assertThat(stored().mailbox()).isEqualTo(mailbox);
        assertThat(stored().readTo()).isEmpty();
        assertThat(mine(store -> store.password(id)).orElseThrow().secret()).isEqualTo(PASSWORD.secret());
        assertThat(yes(store -> store.add(UUID.randomUUID(), mailbox, PASSWORD, "anna@example.test", NOW)))
                .as("the same folder of the same account twice").isFalse();
        var moving = mailbox(mailbox.user(), "Reports", new AfterReading.MoveTo("Reports/Done"));
        UUID second = UUID.randomUUID();
        assertThat(yes(store -> store.add(second, moving, PASSWORD, "anna@example.test", NOW))).isTrue();
        assertThat(mine(store -> store.find(second)).orElseThrow().mailbox()).isEqualTo(moving);
        assertThat(yes(store -> store.another(second, mailbox))).isTrue();
    }

    @Test
    void anotherOrganisationSeesNothingOfIt() {
        add();

        database.useTenant(OTHER, session -> {
            assertThat(session.mailboxes().list()).isEmpty();
            assertThat(session.mailboxes().find(id)).isEmpty();
            assertThat(session.mailboxes().password(id)).isEmpty();
            assertThat(session.mailboxes().remove(id)).isFalse();
            session.mailboxes().setPaused(id, true, NOW);
        });
        assertThat(stored().paused()).isFalse();
    }

    @Test
    void oneWorkerGetsAMailboxUntilItGivesItBackOrCrashes() {
        add();

        var claims = IntStream.range(0, 10).mapToObj(_ -> CompletableFuture.supplyAsync(() -> claim(NOW)))
                .map(CompletableFuture::join).flatMap(Optional::stream).toList();

        assertThat(claims).hasSize(1);
        assertThat(claim(UNTIL)).as("still claimed").isEmpty();
        Claimed after = claim(UNTIL.plusSeconds(1)).orElseThrow();
        UUID lost = claims.getFirst().claim();
        assertThat(yes(store -> store.progress(id, lost, new ReadTo(1, 5), 1, 1, 0, UNTIL)))
                .as("the crashed one's claim is lost").isFalse();
        act(store -> store.failed(id, lost, "too late", NOW, NOW));
        assertThat(stored().lastError()).isEmpty();
        act(store -> store.succeeded(id, after.claim(), NOW, NOW.plusSeconds(300)));
        assertThat(claim(NOW.plusSeconds(299))).isEmpty();
        assertThat(claim(NOW.plusSeconds(300))).isPresent();
    }

    @Test
    void remembersHowFarItHasReadAndHowItWent() {
        add();
        UUID claim = claim(NOW).orElseThrow().claim();

        assertThat(yes(store -> store.progress(id, claim, new ReadTo(7, 40), 10, 3, 1, UNTIL))).isTrue();
        assertThat(yes(store -> store.progress(id, claim, new ReadTo(7, 41), 1, 1, 0, UNTIL))).isTrue();
        act(store -> store.failed(id, claim, "The server hung up.", NOW, NOW.plusSeconds(60)));

        StoredMailbox stored = stored();
        assertThat(stored.readTo()).contains(new ReadTo(7, 41));
        assertThat(List.of(stored.seen(), stored.taken(), stored.tooLarge())).containsExactly(11L, 4L, 1L);
        assertThat(stored.lastError()).contains("The server hung up.");
        assertThat(stored.failures()).isEqualTo(1);
        assertThat(stored.lastSuccessAt()).isEmpty();
        UUID again = claim(NOW.plusSeconds(60)).orElseThrow().claim();
        act(store -> store.succeeded(id, again, NOW.plusSeconds(61), NOW.plusSeconds(361)));
        assertThat(stored().lastError()).isEmpty();
        assertThat(stored().failures()).isZero();
        assertThat(stored().lastSuccessAt()).contains(NOW.plusSeconds(61));
    }

    @Test
    void aChangeTakesTheMailboxFromItsReaderAndKeepsThePasswordUnlessANewOneIsGiven() {
        add();
        UUID claim = claim(NOW).orElseThrow().claim();
        mine(store -> store.progress(id, claim, new ReadTo(7, 40), 10, 3, 1, UNTIL));

        act(store -> store.change(id, mailbox(mailbox.user(), "INBOX", new AfterReading.MarkSeen()), Optional.empty(),
                NOW));
        assertThat(yes(store -> store.progress(id, claim, new ReadTo(7, 41), 1, 1, 0, UNTIL))).isFalse();
        assertThat(stored().readTo()).as("the same mails").contains(new ReadTo(7, 40));
        assertThat(mine(store -> store.password(id)).orElseThrow().secret()).isEqualTo(PASSWORD.secret());

        act(store -> store.change(id, mailbox(mailbox.user(), "Other", new AfterReading.Leave()),
                Optional.of(new Sealed(1, new byte[]{1}, new byte[]{3})), NOW));
        assertThat(stored().readTo()).as("other mails").isEmpty();
        assertThat(stored().taken()).isZero();
        assertThat(mine(store -> store.password(id)).orElseThrow().secret()).isEqualTo(new byte[]{3});
    }

    @Test
    void aPausedOrRemovedMailboxIsNotRead() {
        add();
        act(store -> store.setPaused(id, true, NOW));
        assertThat(claim(NOW)).isEmpty();
        act(store -> store.setPaused(id, false, NOW));
        assertThat(claim(NOW)).isPresent();
        assertThat(yes(store -> store.remove(id))).isTrue();
        assertThat(claim(UNTIL.plusSeconds(1))).isEmpty();
        assertThat(mine(MailboxStore::list)).noneMatch(each -> each.id().equals(id));
    }
}
