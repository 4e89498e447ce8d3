package dev.postern.ingest.imap;

import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.header;
import static dev.postern.ingest.Installation.messages;
import static dev.postern.ingest.Installation.now;
import static dev.postern.ingest.Installation.tenant;
import static dev.postern.ingest.Samples.mail;
import static dev.postern.ingest.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.mailbox.MailboxSchedule;
import dev.postern.db.mailbox.MailboxSchedule.Claimed;
import dev.postern.db.mailbox.MailboxStore;
import dev.postern.db.mailbox.ReadTo;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.db.secret.Secrets;
import dev.postern.ingest.Installation;
import dev.postern.ingest.log.ReportLog;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.TrustedRoots;
import dev.postern.outbound.imap.ImapConnector;
import dev.postern.outbound.imap.ImapLimits;
import dev.postern.setup.MailDomain;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.MailServer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading mailboxes of a real IMAP server onto a real log.
class MailboxReaderTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create();
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final int MAX_MESSAGE = 50_000;
    private static final String PRIVATE = "From: friend@example.test\nSubject: Dinner\n\nAt eight?\n";

    private static ImapConnector connector;
    private static ReportLog log;

    private final MailServer server = MailServer.start(AUTHORITY);
    private final MailDomain domain = domain();
    private final UUID id = UUID.randomUUID();

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        Path root = Files.writeString(folder.resolve("root.pem"), AUTHORITY.rootPem());
        connector = new ImapConnector(new Destinations(_ -> List.of(InetAddress.ofLiteral("127.0.0.1")), true),
                TrustedRoots.withFurther(Optional.of(root)), new ImapLimits(Duration.ofSeconds(5),
                Duration.ofSeconds(20), Duration.ofSeconds(60), MAX_MESSAGE));
        log = new ReportLog(Installation.kafka());
    }

    @AfterEach
    void stop() {
        act(store -> store.remove(id));
        server.close();
    }

    private static void act(Consumer<MailboxStore> work) {
        database().useTenant(tenant(), session -> work.accept(session.mailboxes()));
    }

    private StoredMailbox stored() {
        return database().inTenant(tenant(), session -> session.mailboxes().find(id)).orElseThrow();
    }

    private Mailbox mailbox(AfterReading then) {
        return Mailbox.parse("Reports " + id, MailServer.HOST, server.port(), ConnectionSecurity.IMPLICIT_TLS,
                MailServer.USER, "INBOX", then).orThrow();
    }

    private void connect(AfterReading then) {
        act(store -> store.add(id, mailbox(then),
                new MailboxPasswords(Installation.SECRETS).seal(tenant(), id, MailServer.PASSWORD), "anna", now()));
    }

    private Claimed claim() {
        act(store -> store.readNow(id, Instant.EPOCH));
        Instant now = now();
        return new MailboxSchedule(database()).claim(now, now.plusSeconds(600), 1_000).stream()
                .filter(claimed -> claimed.mailbox().equals(id)).findFirst().orElseThrow();
    }

    private static MailboxReader reader(Secrets secrets, ReportLog log, MailboxReader.Portion portion) {
        return new MailboxReader(database(), new MailboxPasswords(secrets), connector, log,
                java.time.Clock.systemUTC(), INTERVAL, portion);
    }

    private void read() {
        read(MailboxReader.Portion.usual(MAX_MESSAGE));
    }

    private void read(MailboxReader.Portion portion) {
        reader(Installation.SECRETS, log, portion).read(claim(), () -> false);
    }

    private void deliver(String reportId) {
        server.deliver("INBOX", mail(report(reportId, domain.name().ascii())));
    }

    private List<ConsumerRecord<String, byte[]>> logged(int uids) {
        return logged(stored().readTo().orElseThrow().uidValidity(), uids, 1);
    }

    /// The messages of the first mails of the folder, each with its own receipt, which is its key.
    private List<ConsumerRecord<String, byte[]>> logged(long validity, int uids, int times) {
        return java.util.stream.LongStream.rangeClosed(1, uids).boxed().flatMap(uid -> messages(Topics.TLSRPT_RECEIVED,
                MailboxReader.receiptId(id, stored().mailbox(), validity, uid).toString(), times).stream()).toList();
    }

    @Test
    void putsReportsOnTheLogAndLeavesTheMailboxAsItWas() {
        deliver("one");
        server.deliver("INBOX", PRIVATE);
        connect(new AfterReading.Leave());

        read();

        var message = logged(1).getFirst();
        assertThat(header(message, ReceiptHeaders.TENANT)).isEqualTo(tenant().toString());
        assertThat(header(message, ReceiptHeaders.TRANSPORT)).isEqualTo("imap");
        assertThat(header(message, ReceiptHeaders.PEER)).isEqualTo(MailServer.USER + " at " + MailServer.HOST);
        assertThat(header(message, ReceiptHeaders.CONTENT_TYPE)).isEqualTo("message/rfc822");
        assertThat(new String(message.value(), StandardCharsets.UTF_8))
                .isEqualTo(mail(report("one", domain.name().ascii())));
        StoredMailbox after = stored();
        assertThat(List.of(after.seen(), after.taken(), after.tooLarge())).containsExactly(2L, 1L, 0L);
        assertThat(after.readTo().orElseThrow().lastUid()).isEqualTo(2);
        assertThat(after.lastError()).isEmpty();
        assertThat(after.nextPollAt()).isEqualTo(after.lastSuccessAt().orElseThrow().plus(INTERVAL));
        assertThat(server.seen("INBOX")).containsExactly(false, false);

        read();
        assertThat(stored().taken()).as("nothing new").isEqualTo(1);
        deliver("two");
        read();
        assertThat(stored().taken()).as("what came meanwhile").isEqualTo(2);
    }

    @Test
    void marksOnlyReportsAsRead() {
        server.deliver("INBOX", PRIVATE);
        deliver("one");
        connect(new AfterReading.MarkSeen());

        read();

        assertThat(server.seen("INBOX")).containsExactly(false, true);
        assertThat(stored().taken()).isEqualTo(1);
    }

    @Test
    void movesOnlyReports() {
        server.create("Done");
        server.deliver("INBOX", PRIVATE);
        deliver("one");
        deliver("two");
        connect(new AfterReading.MoveTo("Done"));

        read();

        assertThat(server.count("INBOX")).isEqualTo(1);
        assertThat(server.count("Done")).isEqualTo(2);
        assertThat(stored().taken()).isEqualTo(2);
    }

    /// The connection breaks between Kafka's acknowledgement and the move.
    @Test
    void whatWasLoggedAndNotMovedComesAgainUnderTheSameReceipt() {
        server.create("Done");
        deliver("one");
        connect(new AfterReading.MoveTo("Done"));
        server.hangUpOn("UID MOVE", "UID COPY");
        read();
        assertThat(stored().lastError()).as("the move failed").isPresent();
        assertThat(stored().readTo()).as("so nothing is remembered").isEmpty();
        assertThat(server.count("INBOX")).isEqualTo(1);

        server.hangUpOn();
        read();

        assertThat(server.count("Done")).isEqualTo(1);
        long validity = stored().readTo().orElseThrow().uidValidity();
        assertThat(logged(validity, 1, 2)).extracting(message -> header(message, ReceiptHeaders.RECEIPT_ID))
                .containsOnly(MailboxReader.receiptId(id, stored().mailbox(), validity, 1).toString());
    }

    @Test
    void readsALargeMailboxInPortions() {
        for (int i = 0; i < 5; i++) {
            deliver("report-" + i);
        }
        connect(new AfterReading.Leave());

        read(new MailboxReader.Portion(1, 2, 100, MAX_MESSAGE, Duration.ofMinutes(10)));

        assertThat(stored().readTo().orElseThrow().lastUid()).isEqualTo(2);
        assertThat(stored().nextPollAt()).as("due again at once").isEqualTo(stored().lastSuccessAt().orElseThrow());
        read(new MailboxReader.Portion(2, 100, 100, MAX_MESSAGE, Duration.ofMinutes(10)));
        assertThat(stored().taken()).isEqualTo(5);
        assertThat(logged(5)).hasSize(5);
    }

    @Test
    void leavesAReportThatIsTooLargeAndGoesOn() {
        server.deliver("INBOX", mail(report("large", domain.name().ascii())).replace("This is an aggregate TLS report.",
                "This is a long aggregate TLS report.\r\n".repeat(2_000)));
        deliver("small");
        connect(new AfterReading.MarkSeen());

        read();

        assertThat(List.of(stored().seen(), stored().taken(), stored().tooLarge())).containsExactly(2L, 1L, 1L);
        assertThat(server.seen("INBOX")).as("left alone").containsExactly(false, true);
        assertThat(stored().lastError()).isEmpty();
    }

    @Test
    void readsAFolderAnewThatWasMadeAnew() {
        deliver("one");
        connect(new AfterReading.Leave());
        read();
        ReadTo before = stored().readTo().orElseThrow();
        // As if the server had numbered everything anew since.
        UUID claim = claim().claim();
        act(store -> store.progress(id, claim, new ReadTo(before.uidValidity() + 1, 4_000), 0, 0, 0, now()));
        act(store -> store.succeeded(id, claim, now(), now()));

        read();

        assertThat(stored().readTo()).contains(before);
        assertThat(stored().taken()).isEqualTo(2);
        assertThat(MailboxReader.receiptId(id, stored().mailbox(), 1, 1))
                .isNotEqualTo(MailboxReader.receiptId(id, stored().mailbox(), 2, 1));
    }

    @Test
    void tellsAWrongPasswordAndWaitsBeforeTryingAgain() {
        connect(new AfterReading.Leave());
        server.changePassword("another");

        read();

        assertThat(stored().lastError().orElseThrow()).contains("app password").doesNotContain(MailServer.PASSWORD);
        assertThat(stored().failures()).isEqualTo(1);
        assertThat(Duration.between(stored().lastPollAt().orElseThrow(), stored().nextPollAt())).isEqualTo(Duration.ofMinutes(30));
        server.changePassword(MailServer.PASSWORD);
        read();
        assertThat(stored().lastError()).isEmpty();
        assertThat(stored().failures()).isZero();
    }

    @Test
    void tellsThatThePasswordCanNotBeOpened() {
        deliver("one");
        connect(new AfterReading.Leave());
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;

        reader(new Secrets(otherKey), log, MailboxReader.Portion.usual(MAX_MESSAGE)).read(claim(), () -> false);

        assertThat(stored().lastError().orElseThrow()).contains("Enter the password again");
        assertThat(stored().taken()).isZero();
    }

    @Test
    void takesNothingOutOfTheMailboxWhileKafkaIsAway() {
        server.create("Done");
        deliver("one");
        connect(new AfterReading.MoveTo("Done"));
        try (var away = new ReportLog("127.0.0.1:1")) {
            reader(Installation.SECRETS, away, MailboxReader.Portion.usual(MAX_MESSAGE)).read(claim(), () -> false);
        }

        assertThat(stored().lastError().orElseThrow()).contains("stay in the mailbox");
        assertThat(stored().readTo()).isEmpty();
        assertThat(server.count("INBOX")).isEqualTo(1);
    }

    @Test
    void stopsOnceTheMailboxWasChanged() {
        deliver("one");
        connect(new AfterReading.Leave());
        Claimed claimed = claim();
        act(store -> store.setPaused(id, true, now()));

        reader(Installation.SECRETS, log, MailboxReader.Portion.usual(MAX_MESSAGE)).read(claimed, () -> false);

        assertThat(stored().readTo()).isEmpty();
        assertThat(stored().lastPollAt()).isEmpty();
    }

    @Test
    void waitsLongerWithEachFailureUpToABound() {
        var kind = dev.postern.outbound.imap.MailboxProblem.Kind.UNREACHABLE;
        assertThat(List.of(1, 2, 3, 9, 1_000).stream().map(n -> Backoff.after(kind, n, INTERVAL).toMinutes()))
                .containsExactly(5L, 10L, 20L, 60L, 60L);
        var refused = dev.postern.outbound.imap.MailboxProblem.Kind.SIGN_IN;
        assertThat(List.of(1, 2, 9).stream().map(n -> Backoff.after(refused, n, INTERVAL).toMinutes()))
                .containsExactly(30L, 60L, 720L);
        assertThat(Backoff.after(kind, 3, Duration.ofHours(24))).isEqualTo(Duration.ofHours(24));
    }
}
