package dev.postern.app.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.domain.Domains;
import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.secret.Secrets;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.TrustedRoots;
import dev.postern.outbound.imap.ImapConnector;
import dev.postern.outbound.imap.ImapLimits;
import dev.postern.outbound.imap.MailboxLook;
import dev.postern.outbound.imap.MailboxProblem.Kind;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.MailServer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What members do with mailboxes, against a real IMAP server.
class MailboxesTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create();

    private static MailServer server;
    private static Mailboxes mailboxes;

    private final Domains.Actor mine = TestApp.shared().organisation().actor();
    private final Domains.Actor other = TestApp.shared().organisation().actor();

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = MailServer.start(AUTHORITY);
        server.deliver("INBOX", "TLS-Report-Domain: example.test\nSubject: Report\n\nx\n");
        server.deliver("INBOX", "Subject: Dinner\n\nAt eight?\n");
        var roots = TrustedRoots.withFurther(Optional.of(Files.writeString(folder.resolve("root.pem"),
                AUTHORITY.rootPem())));
        mailboxes = new Mailboxes(TestApp.database(), new MailboxPasswords(new Secrets(new byte[32])), new ImapConnector(
                new Destinations(_ -> List.of(InetAddress.ofLiteral("127.0.0.1")), true), roots, new ImapLimits(
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), 0)), Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Mailbox mailbox(String host, String folder) {
        return Mailbox.parse("Reports", host, server.port(), ConnectionSecurity.IMPLICIT_TLS, MailServer.USER, folder,
                new AfterReading.Leave()).orThrow();
    }

    private static Mailbox mailbox() {
        return mailbox(MailServer.HOST, "INBOX");
    }

    private UUID add() {
        return mailboxes.add(mine, mailbox(), MailServer.PASSWORD).orThrow();
    }

    private static List<String> codes(Parsed<UUID> outcome) {
        return ((Parsed.Invalid<UUID>) outcome).problems().stream().map(Problem::code).toList();
    }

    @Test
    void aTestTellsWhatItSaw() {
        var fine = (TestOutcome.Fine) mailboxes.test(mine, Optional.empty(), mailbox(), MailServer.PASSWORD);

        assertThat(fine.look()).isEqualTo(new MailboxLook(2, 2, 1));
        assertThat(MailboxDialog.words(fine.look(), mailbox()))
                .isEqualTo("It works. 2 mails in INBOX, 1 looks like a TLS report.");
        assertThat(MailboxDialog.words(new MailboxLook(1_204, 200, 3), mailbox()))
                .isEqualTo("It works. 1,204 mails in INBOX; of the newest 200, 3 look like TLS reports.");
        assertThat(mailboxes.test(mine, Optional.empty(), mailbox(), "wrong")).isInstanceOfSatisfying(
                TestOutcome.Failed.class, failed -> assertThat(failed.kind()).isEqualTo(Kind.SIGN_IN));
        assertThat(mailboxes.list(mine.tenant())).as("a test keeps nothing").isEmpty();
    }

    @Test
    void aSavedMailboxIsTestedWithItsOwnPassword() {
        UUID id = add();

        assertThat(mailboxes.test(mine, Optional.of(id), mailbox(), "")).isInstanceOf(TestOutcome.Fine.class);
        assertThat(mailboxes.test(mine, Optional.of(id), mailbox(MailServer.HOST, "Nowhere"), ""))
                .isInstanceOfSatisfying(TestOutcome.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(Kind.FOLDER));
        assertThat(mailboxes.test(other, Optional.of(id), mailbox(), "")).as("somebody else's")
                .isInstanceOf(TestOutcome.NotTried.class);
    }

    /// Else a member could have a password that somebody else entered sent to a server of their own.
    @Test
    void aStoredPasswordGoesToNoOtherServer() {
        UUID id = add();
        Mailbox elsewhere = mailbox("imap.attacker.test", "INBOX");

        assertThat(mailboxes.test(mine, Optional.of(id), elsewhere, "")).isInstanceOf(TestOutcome.NotTried.class);
        assertThat(codes(mailboxes.change(mine, id, elsewhere, ""))).containsExactly("password");
        assertThat(mailboxes.find(mine.tenant(), id).orElseThrow().mailbox()).isEqualTo(mailbox());
        assertThat(mailboxes.change(mine, id, elsewhere, "its own password").asOptional()).contains(id);
        assertThat(mailboxes.find(mine.tenant(), id).orElseThrow().mailbox()).isEqualTo(elsewhere);
    }

    @Test
    void keepsAPasswordOnlySealed() throws Exception {
        UUID id = add();
        var sealed = TestApp.database().inTenant(mine.tenant(), session -> session.mailboxes().password(id)).orElseThrow();

        assertThat(new String(sealed.secret(), StandardCharsets.ISO_8859_1)).doesNotContain(MailServer.PASSWORD);
        assertThat(new MailboxPasswords(new Secrets(new byte[32])).open(mine.tenant(), id, sealed))
                .isEqualTo(MailServer.PASSWORD);
        assertThat(mailboxes.find(mine.tenant(), id).orElseThrow().toString()).doesNotContain(MailServer.PASSWORD);
    }

    @Test
    void refusesWhatCanNotBe() {
        assertThat(codes(mailboxes.add(mine, mailbox(), ""))).containsExactly("password");
        assertThat(codes(mailboxes.add(mine, mailbox(), "two\r\nlines"))).containsExactly("password");
        UUID id = add();
        assertThat(codes(mailboxes.add(mine, mailbox(), MailServer.PASSWORD))).containsExactly("mailbox");
        UUID second = mailboxes.add(mine, mailbox(MailServer.HOST, "Reports"), MailServer.PASSWORD).orThrow();
        assertThat(codes(mailboxes.change(mine, second, mailbox(), ""))).containsExactly("mailbox");
        assertThat(codes(mailboxes.change(mine, UUID.randomUUID(), mailbox(), ""))).containsExactly("mailbox");
        assertThat(codes(mailboxes.change(other, id, mailbox(), "x"))).containsExactly("mailbox");
        assertThat(mailboxes.remove(other, id)).isFalse();
        for (int i = 0; i < 18; i++) {
            mailboxes.add(mine, mailbox(MailServer.HOST, "Folder " + i), MailServer.PASSWORD).orThrow();
        }
        assertThat(codes(mailboxes.add(mine, mailbox(MailServer.HOST, "One more"), MailServer.PASSWORD)))
                .containsExactly("mailbox");
    }
}
