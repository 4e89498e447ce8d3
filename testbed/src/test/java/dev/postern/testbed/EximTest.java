package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The testbed's SMTP against that of Exim, in both roles: a real sender delivers to [SmtpServer], and the person in the
/// middle does to a real receiver what it does to ours.
class EximTest {

    private static final String MX = "mx1.example.test";
    private static final String MAIL = "Subject: Hello\n\nA message.\n";

    private final CertificateAuthority authority = CertificateAuthority.create();
    private final Loopback loopback = Loopback.reserve();
    private final SmtpServer server = SmtpServer.start(authority, MX, loopback.next());
    private Program exim;
    private Path folder;

    @BeforeEach
    void findIt(@TempDir Path folder) throws Exception {
        exim = Program.orSkip("exim4", "exim");
        this.folder = folder;
        assumeTrue(exim.run("", "-bV").contains("OpenSSL") || exim.run("", "-bV").contains("GnuTLS"),
                "this Exim does not speak TLS");
        Files.writeString(folder.resolve("root.pem"), authority.rootPem());
    }

    @AfterEach
    void stop() {
        server.close();
        loopback.close();
    }

    @Test
    void deliversThroughVerifiedTls() throws Exception {
        send(server.address(), true);
        assertThat(server.delivered()).singleElement().satisfies(message -> {
            assertThat(message.recipients()).containsExactly("b@example.test");
            assertThat(message.text()).contains("Subject: Hello\r\n").endsWith("\r\n\r\nA message.\r\n");
            assertThat(message.tlsVersion()).contains("TLSv1.3");
        });
        assertThat(server.transcripts().getFirst().serverName()).contains(MX);
    }

    @Test
    void doesNotDeliverWhereTheCertificateFails() throws Exception {
        server.certificate(authority.selfSigned(MX));
        assertThat(send(server.address(), true)).contains("certificate");
        assertThat(server.delivered()).isEmpty();
    }

    @Test
    void isDowngradedByThePersonInTheMiddleUnlessItInsists() throws Exception {
        try (var middle = MiddlePerson.before(server, loopback.next()).strippingStartTls()) {
            assertThat(send(middle.address(), true)).contains("TLS");
            assertThat(server.delivered()).isEmpty();
            send(middle.address(), false);
            assertThat(server.delivered()).singleElement()
                    .satisfies(message -> assertThat(message.tlsVersion()).isEmpty());
        }
    }

    @Test
    void isStrippedOfStartTlsAsOurServerIs() throws Exception {
        var identity = authority.issueThroughIntermediate(MX);
        Files.writeString(folder.resolve("chain.pem"), identity.chainPem());
        Files.writeString(folder.resolve("key.pem"), identity.keyPem());
        var at = loopback.next();
        Path configuration = configure("""
                local_interfaces = %s
                daemon_smtp_ports = %d
                queue_only = true
                tls_advertise_hosts = *
                tls_certificate = %s/chain.pem
                tls_privatekey = %s/key.pem
                acl_smtp_rcpt = accept
                """.formatted(at.getAddress().getHostAddress(), at.getPort(), folder, folder));
        var process = exim.start(folder.resolve("output"), "-C", configuration.toString(), "-bdf");
        try (var middle = MiddlePerson.before(at, loopback.next())) {
            awaitGreeting(at, process);
            try (var client = new SmtpClient(middle.address()).upToStartTls()) {
                assertThat(client.handshake(authority.trusting(), MX).getSession().getPeerCertificates())
                        .containsExactlyElementsOf(identity.chain());
            }
            middle.strippingStartTls();
            try (var client = new SmtpClient(middle.address())) {
                client.answer();
                assertThat(client.say("EHLO localhost")).anyMatch(line -> line.contains("SIZE"))
                        .noneMatch(line -> line.contains("STARTTLS"));
                assertThat(client.say("STARTTLS")).containsExactly("502 5.5.1 Command not implemented");
                client.say("MAIL FROM:<a@client.test>");
                client.say("RCPT TO:<b@example.test>");
                assertThat(client.say("DATA").getFirst()).startsWith("354 ");
                assertThat(client.say("Subject: Hello\r\n\r\nSTARTTLS\r\n.").getFirst()).startsWith("250 ");
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /// Hands a message to Exim, which delivers it to this address at once.
    ///
    /// @return its log
    private String send(InetSocketAddress to, boolean insists) throws Exception {
        Path configuration = configure("""
                begin routers
                all:
                  driver = manualroute
                  route_list = * %s
                  host_find_failed = defer
                  self = send
                  transport = smtp
                begin transports
                smtp:
                  driver = smtp
                  port = %d
                  tls_sni = %s
                  tls_verify_certificates = %s/root.pem
                  tls_verify_cert_hostnames =
                  %s
                """.formatted(to.getAddress().getHostAddress(), to.getPort(), MX, folder, insists
                ? "hosts_require_tls = *\n  tls_verify_hosts = *" : "tls_try_verify_hosts ="));
        String output = exim.run(MAIL, "-C", configuration.toString(), "-odf", "-i", "-f", "a@client.test",
                "b@example.test");
        return output + Files.readString(folder.resolve("mainlog"));
    }

    private Path configure(String rest) throws IOException {
        String user = System.getProperty("user.name");
        return Files.writeString(folder.resolve("exim.conf"), """
                primary_hostname = client.test
                exim_path = %s
                spool_directory = %s/spool
                log_file_path = %s/%%slog
                pid_file_path = %s/pid
                exim_user = %s
                exim_group = %s
                host_lookup =
                rfc1413_query_timeout = 0s
                keep_environment =
                add_environment = PATH=/usr/bin
                """.formatted(exim.path(), folder, folder, folder, user, group()) + rest);
    }

    private String group() throws IOException {
        return Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
    }

    private static void awaitGreeting(InetSocketAddress at, Process process) throws IOException {
        while (true) {
            try (var client = new SmtpClient(at)) {
                client.answer();
                return;
            } catch (ConnectException notYet) {
                assertThat(process.isAlive()).as("Exim runs").isTrue();
                Thread.onSpinWait();
            }
        }
    }
}
