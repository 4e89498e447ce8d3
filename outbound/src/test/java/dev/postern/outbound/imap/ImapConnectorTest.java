package dev.postern.outbound.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.Resolver;
import dev.postern.outbound.TrustedRoots;
import dev.postern.outbound.imap.MailboxProblem.Kind;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.MailServer;
import dev.postern.testbed.MailServer.Manner;
import dev.postern.testbed.ServerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImapConnectorTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create();
    private static final ImapLimits LIMITS = new ImapLimits(Duration.ofSeconds(5), Duration.ofSeconds(10),
            Duration.ofSeconds(30), 100_000);
    private static final String REPORT = """
            From: tls@sender.test
            Subject: Report Domain: example.test Submitter: sender.test
            TLS-Report-Domain: example.test
            TLS-Report-Submitter: sender.test
            Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"

            --b
            Content-Type: application/tlsrpt+json

            {}
            --b--
            """;
    private static final String PRIVATE = "From: friend@example.test\nSubject: Dinner\n\nAt eight?\n";

    private static X509ExtendedTrustManager trust;

    @BeforeAll
    static void trustTheAuthority(@TempDir Path folder) throws IOException {
        Path root = Files.writeString(folder.resolve("root.pem"), AUTHORITY.rootPem());
        trust = TrustedRoots.withFurther(Optional.of(root));
    }

    private static List<InetAddress> lookUp(String host) throws UnknownHostException {
        if (host.equals("nowhere.test")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.ofLiteral("127.0.0.1"));
    }

    private static ImapConnector connector(ImapLimits limits) {
        return new ImapConnector(new Destinations(ImapConnectorTest::lookUp, true), trust, limits);
    }

    private static Mailbox mailbox(String host, int port, ConnectionSecurity security, String folder, AfterReading then) {
        return Mailbox.parse("Test", host, port, security, MailServer.USER, folder, then).orThrow();
    }

    private static Mailbox mailbox(MailServer server) {
        return mailbox(MailServer.HOST, server.port(), ConnectionSecurity.IMPLICIT_TLS, "INBOX",
                new AfterReading.Leave());
    }

    private static MailboxProblem problem(Mailbox mailbox, String password) {
        return catchThrowableOfType(MailboxProblem.class, () -> MailboxLook.at(mailbox, password, connector(LIMITS)));
    }

    @ParameterizedTest
    @EnumSource(names = {"IMPLICIT_TLS", "STARTTLS"})
    void looksIntoAMailboxOverTls(Manner manner) throws MailboxProblem {
        try (var server = MailServer.start(AUTHORITY.issue(MailServer.HOST), manner)) {
            server.deliver("INBOX", PRIVATE);
            server.deliver("INBOX", REPORT);
            server.deliver("INBOX", PRIVATE);

            var look = MailboxLook.at(mailbox(MailServer.HOST, server.port(), ConnectionSecurity.valueOf(manner.name()),
                    "INBOX", new AfterReading.Leave()), MailServer.PASSWORD, connector(LIMITS));

            assertThat(look).isEqualTo(new MailboxLook(3, 3, 1));
            assertThat(server.seen("INBOX")).as("nothing is touched").containsOnly(false);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS_REFUSED", "PREAUTH", "STARTTLS_INJECTED"})
    void goesOnWithoutTlsForNobody(Manner manner) {
        try (var server = MailServer.start(AUTHORITY.issue(MailServer.HOST), manner)) {
            var problem = problem(mailbox(MailServer.HOST, server.port(), ConnectionSecurity.STARTTLS, "INBOX",
                    new AfterReading.Leave()), MailServer.PASSWORD);

            assertThat(problem.kind()).isEqualTo(Kind.NO_TLS);
            assertThat(problem).hasMessageNotContaining(MailServer.PASSWORD);
            assertThat(server.heard()).as("said in the clear").doesNotContain(MailServer.USER)
                    .doesNotContain(MailServer.PASSWORD).doesNotContainIgnoringCase("LOGIN")
                    .doesNotContainIgnoringCase("AUTHENTICATE");
        }
    }

    @Test
    void tellsThatAPortIsForTheOtherKindOfTls() {
        try (var starttls = MailServer.start(AUTHORITY.issue(MailServer.HOST), Manner.STARTTLS)) {
            assertThat(problem(mailbox(starttls), MailServer.PASSWORD)).hasMessageContaining("Choose STARTTLS");
        }
    }

    static Stream<Arguments> badCertificates() {
        return Stream.of(
                Arguments.of(AUTHORITY.issue("mail.other.test"), "is for 'mail.other.test'"),
                Arguments.of(AUTHORITY.expired(MailServer.HOST), "has to renew it"),
                Arguments.of(AUTHORITY.selfSigned(MailServer.HOST), "which is not trusted"),
                Arguments.of(AUTHORITY.fromUnknownRoot(MailServer.HOST), "which is not trusted"),
                Arguments.of(AUTHORITY.withoutIntermediate(MailServer.HOST), "leaves out the certificate of its issuer"));
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void refusesCertificatesThatProveNothing(ServerIdentity identity, String words) {
        try (var server = MailServer.start(identity, Manner.IMPLICIT_TLS)) {
            var problem = problem(mailbox(server), MailServer.PASSWORD);

            assertThat(problem.kind()).isEqualTo(Kind.CERTIFICATE);
            assertThat(problem).hasMessageContaining(words);
        }
        try (var server = MailServer.start(identity, Manner.STARTTLS)) {
            assertThat(problem(mailbox(MailServer.HOST, server.port(), ConnectionSecurity.STARTTLS, "INBOX",
                    new AfterReading.Leave()), MailServer.PASSWORD).kind()).isEqualTo(Kind.CERTIFICATE);
        }
    }

    @Test
    void tellsAWrongPasswordInWordsWithoutRepeatingIt() {
        try (var server = MailServer.start(AUTHORITY)) {
            var problem = problem(mailbox(server), "not the password");

            assertThat(problem.kind()).isEqualTo(Kind.SIGN_IN);
            assertThat(problem).hasMessageContaining("app password").hasMessageNotContaining("not the password");
        }
    }

    @Test
    void namesTheFoldersThatThereAre() {
        try (var server = MailServer.start(AUTHORITY)) {
            server.create("Reports");
            var missing = problem(mailbox(MailServer.HOST, server.port(), ConnectionSecurity.IMPLICIT_TLS, "Repotrs",
                    new AfterReading.Leave()), MailServer.PASSWORD);
            assertThat(missing.kind()).isEqualTo(Kind.FOLDER);
            assertThat(missing).hasMessageContaining("'Repotrs'").hasMessageContaining("'Reports'");

            var target = problem(mailbox(MailServer.HOST, server.port(), ConnectionSecurity.IMPLICIT_TLS, "INBOX",
                    new AfterReading.MoveTo("Done")), MailServer.PASSWORD);
            assertThat(target.kind()).isEqualTo(Kind.FOLDER);
            assertThat(target).hasMessageContaining("'Done'");
        }
    }

    @Test
    void connectsToNoPrivateAddressUnlessAllowed() throws IOException {
        try (var server = MailServer.start(AUTHORITY); var nobody = new ServerSocket(0)) {
            int closed = nobody.getLocalPort();
            nobody.close();
            for (String address : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1",
                    "::ffff:127.0.0.1")) {
                var guarded = new ImapConnector(new Destinations(_ -> List.of(InetAddress.ofLiteral(address)), false),
                        trust, LIMITS);
                assertThat(catchThrowableOfType(MailboxProblem.class,
                        () -> guarded.open(mailbox(server), MailServer.PASSWORD)).kind()).isEqualTo(Kind.NOT_PUBLIC);
            }
            assertThat(problem(mailbox("nowhere.test", 993, ConnectionSecurity.IMPLICIT_TLS, "INBOX",
                    new AfterReading.Leave()), "x").kind()).isEqualTo(Kind.HOST_UNKNOWN);
            assertThat(problem(mailbox(MailServer.HOST, closed, ConnectionSecurity.IMPLICIT_TLS, "INBOX",
                    new AfterReading.Leave()), "x").kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void looksUpANameOnceAndGoesWhereItLedThen() throws MailboxProblem {
        try (var server = MailServer.start(AUTHORITY)) {
            var asked = new java.util.concurrent.atomic.AtomicInteger();
            Resolver changing = _ -> List.of(InetAddress.ofLiteral(asked.incrementAndGet() == 1 ? "127.0.0.1"
                    : "127.66.66.66"));
            var connector = new ImapConnector(new Destinations(changing, true), trust, LIMITS);

            assertThat(MailboxLook.at(mailbox(server), MailServer.PASSWORD, connector).mails()).isZero();
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void readsMarksAndMoves() throws MailboxProblem {
        try (var server = MailServer.start(AUTHORITY)) {
            server.create("Done");
            for (int i = 0; i < 5; i++) {
                server.deliver("INBOX", i % 2 == 0 ? REPORT : PRIVATE);
            }
            try (var session = connector(LIMITS).open(mailbox(server), MailServer.PASSWORD)) {
                OpenFolder folder = session.open(true);
                UidRange first = session.above(0, folder, 2);
                assertThat(first.uids()).hasSize(2);
                assertThat(first.whole()).isFalse();
                UidRange rest = session.above(first.upTo(), folder, 10);
                assertThat(rest.uids()).hasSize(3).allMatch(uid -> uid > first.upTo());
                assertThat(session.above(rest.upTo(), folder, 10)).isEqualTo(new UidRange(List.of(), rest.upTo(), true));

                List<ListedMail> listed = session.list(Stream.concat(first.uids().stream(), rest.uids().stream()).toList());
                assertThat(listed.stream().map(ListedMail::report)).containsExactly(true, false, true, false, true);
                assertThat(session.fetch(listed.getFirst())).hasValueSatisfying(mail -> assertThat(mail)
                        .asString(StandardCharsets.UTF_8).isEqualToNormalizingNewlines(REPORT));
                assertThat(server.seen("INBOX")).containsOnly(false);

                session.markSeen(List.of(listed.getFirst().uid()));
                assertThat(server.seen("INBOX")).containsExactly(true, false, false, false, false);
                session.move(List.of(listed.get(2).uid(), listed.get(4).uid()), "Done");
                assertThat(server.count("INBOX")).isEqualTo(3);
                assertThat(server.count("Done")).isEqualTo(2);
                assertThat(session.fetch(listed.get(2))).as("it is gone").isEmpty();
            }
        }
    }

    static Stream<Arguments> mails() {
        return Stream.of(
                Arguments.of(true, REPORT.replaceFirst("(?s)TLS-Report.*?sender.test\n", "")),
                Arguments.of(true, "Content-Type: application/tlsrpt+gzip\n\nx\n"),
                Arguments.of(true, "Content-Type: application/gzip; name=\"a.test!b.test!1!2.json.gz\"\n\nx\n"),
                Arguments.of(true, "Content-Type: application/octet-stream\nContent-Disposition: attachment; "
                        + "filename=\"a.test!b.test!1!2!x.json\"\n\nx\n"),
                Arguments.of(true, "TLS-Report-Domain: example.test\nContent-Type: text/plain\n\nx\n"),
                Arguments.of(true, "Content-Type: multipart/mixed; boundary=\"o\"\n\n--o\nContent-Type: message/rfc822\n\n"
                        + REPORT + "\n--o--\n"),
                Arguments.of(false, "Subject: Report Domain: a.test Submitter: b.test\nContent-Type: application/gzip; "
                        + "name=\"b.test!a.test!1!2.xml.gz\"\n\nx\n"),
                Arguments.of(false, "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\n"
                        + "no\n--b--\n"),
                Arguments.of(false, "Content-Type: application/json; name=\"data.json\"\n\n{}\n"),
                Arguments.of(false, PRIVATE));
    }

    @ParameterizedTest
    @MethodSource("mails")
    void tellsReportsFromOtherMail(boolean report, String mail) throws MailboxProblem {
        try (var server = MailServer.start(AUTHORITY)) {
            server.deliver("INBOX", mail);

            assertThat(MailboxLook.at(mailbox(server), MailServer.PASSWORD, connector(LIMITS)).reports())
                    .isEqualTo(report ? 1 : 0);
        }
    }

    /// Each of these would have a lenient client allocate or wait without end.
    static Stream<String> hostile() {
        return Stream.of(
                "* 2000000000 EXISTS",
                "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[] {2000000000}",
                "* 1 FETCH (UID 1 BODYSTRUCTURE " + "(".repeat(200_000),
                "* SEARCH " + "9".repeat(2_000_000),
                "* SEARCH 1 2 x (((",
                "\u0000\u0001\u0002",
                "* LIST");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileServerHarmsNobody(String said) {
        try (var server = HostileImap.start(AUTHORITY.issue(MailServer.HOST), said)) {
            var limits = new ImapLimits(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(10), 100_000);
            var mailbox = mailbox(MailServer.HOST, server.port(), ConnectionSecurity.IMPLICIT_TLS, "INBOX",
                    new AfterReading.Leave());

            var problem = catchThrowableOfType(MailboxProblem.class,
                    () -> MailboxLook.at(mailbox, MailServer.PASSWORD, connector(limits)));

            assertThat(problem.kind()).isEqualTo(Kind.CONVERSATION);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
