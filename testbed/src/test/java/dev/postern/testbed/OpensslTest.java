package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What OpenSSL's own client sees of the testbed's servers: an independent judge of certificates, staples and versions.
class OpensslTest {

    private static final String MX = "mx1.example.test";

    private final CertificateAuthority authority = CertificateAuthority.create();
    private final Loopback loopback = Loopback.reserve();
    private final SmtpServer server = SmtpServer.start(authority, MX, loopback.next());
    private Program openssl;
    private Path root;

    @BeforeEach
    void findIt(@TempDir Path folder) throws Exception {
        openssl = Program.orSkip("openssl");
        root = Files.writeString(folder.resolve("root.pem"), authority.rootPem());
    }

    @AfterEach
    void stop() {
        server.close();
        loopback.close();
    }

    @Test
    void verifiesGoodCertificates() throws Exception {
        assertThat(connect("-tls1_3")).contains("Verify return code: 0 (ok)", "New, TLSv1.3");
        for (var identity : List.of(authority.issueThroughIntermediate(MX), authority.rsa(MX),
                authority.withRoot(MX))) {
            server.certificate(identity);
            assertThat(connect("-tls1_2")).contains("Verify return code: 0 (ok)", "Protocol  : TLSv1.2");
        }
    }

    @Test
    void findsTheFaultOfEachCertificate() throws Exception {
        server.certificate(authority.expired(MX));
        assertThat(connect()).contains("certificate has expired");
        server.certificate(authority.notYetValid(MX));
        assertThat(connect()).contains("certificate is not yet valid");
        server.certificate(authority.selfSigned(MX));
        assertThat(connect()).contains("self-signed certificate");
        server.certificate(authority.withoutIntermediate(MX));
        assertThat(connect()).contains("unable to get local issuer certificate");
        server.certificate(authority.fromUnknownRoot(MX));
        assertThat(connect()).contains("unable to get local issuer certificate");
        server.certificate(authority.issue("other.test"));
        assertThat(connect()).containsIgnoringCase("hostname mismatch");
    }

    @Test
    void readsTheStapleInBothVersions() throws Exception {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            server.certificate(authority.issue(MX));
            assertThat(connect(version, "-status")).contains("OCSP response: no response sent");
            server.certificate(authority.stapleGood(authority.issue(MX)));
            assertThat(connect(version, "-status")).contains("OCSP Response Status: successful", "Cert Status: good");
            server.certificate(authority.revoked(MX));
            assertThat(connect(version, "-status")).contains("Cert Status: revoked",
                    "Revocation Reason: keyCompromise");
        }
    }

    @Test
    void speaksTls10WhenItMust() throws Exception {
        server.onlyTls10();
        assertThat(connect("-tls1_2")).containsPattern("unsupported protocol|alert protocol version");
        assertThat(connect("-tls1", "-cipher", "ALL:@SECLEVEL=0")).contains("Protocol  : TLSv1\n");
    }

    private String connect(String... more) throws Exception {
        var arguments = Stream.concat(Stream.of("s_client", "-starttls", "smtp", "-name", "client.test",
                "-connect", server.ip() + ":" + server.port(), "-servername", MX, "-verify_hostname", MX,
                "-CAfile", root.toString()), Stream.of(more));
        return openssl.run("QUIT\n", arguments.toArray(String[]::new));
    }
}
