package dev.postern.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.DnsAnswer;
import dev.postern.check.PolicyFetch.Answered;
import dev.postern.check.PolicyFetch.Failed;
import dev.postern.check.PolicyFetch.Fault;
import dev.postern.name.DomainName;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.probe.policy.TrustedRoots;
import dev.postern.setup.Installation;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.TlsEdge;
import dev.postern.testbed.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainProbeTest {

    private static final DomainName DOMAIN = new DomainName("example.test");
    private static final String POLICY = "version: STSv1\nmode: testing\nmx: mx.example.test\nmax_age: 86400\n";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T10:00:00.123456789Z"));

    private final CertificateAuthority authority = CertificateAuthority.create();
    private AuthoritativeDns internet;
    private WebServer web;
    private TlsEdge edge;
    private PolicyFetcher fetcher;
    private Dns dns;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        internet = AuthoritativeDns.start();
        web = WebServer.start();
        edge = TlsEdge.start(authority, web.port());
        dns = new Dns(List.of(internet.address()), Duration.ofMillis(500), 1);
        var roots = Files.writeString(folder.resolve("roots.pem"), authority.rootPem());
        fetcher = new PolicyFetcher(dns, TrustedRoots.withFurther(Optional.of(roots)), edge.port(),
                Duration.ofSeconds(30), true);
    }

    @AfterEach
    void stop() {
        edge.close();
        web.close();
        internet.close();
    }

    @Test
    void seesEverythingThatADomainPublishes() {
        internet.txt("_postern-challenge.example.test", "postern-verification=abc")
                .txt("_mta-sts.example.test", "v=STSv1; id=1;")
                .txt("_smtp._tls.example.test", "v=TLSRPTv1; rua=mailto:token@postern.test")
                .cname("mta-sts.example.test", "abc.mta-sts.postern.test").a("abc.mta-sts.postern.test", "127.0.0.1")
                .mx("example.test", 10, "mx.example.test");
        web.serve(POLICY);

        var seen = probe(Duration.ofSeconds(30)).observe(DOMAIN);

        assertThat(seen.at()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123456Z"));
        assertThat(seen.ownershipRecord()).isEqualTo(found("postern-verification=abc"));
        assertThat(seen.stsRecord()).isEqualTo(found("v=STSv1; id=1;"));
        assertThat(seen.tlsRptRecord()).isEqualTo(found("v=TLSRPTv1; rua=mailto:token@postern.test"));
        assertThat(seen.policyHostCname()).isEqualTo(found("abc.mta-sts.postern.test"));
        assertThat(seen.mx()).isEqualTo(found("mx.example.test"));
        assertThat(seen.policy()).isInstanceOfSatisfying(Answered.class,
                answered -> assertThat(answered.body()).isEqualTo(POLICY.getBytes(UTF_8)));
    }

    @Test
    void tellsOfADomainThatPublishesNothing() {
        var seen = probe(Duration.ofSeconds(30)).observe(DOMAIN);

        assertThat(List.of(seen.ownershipRecord(), seen.stsRecord(), seen.tlsRptRecord(), seen.policyHostCname(),
                seen.mx())).containsOnly(new DnsAnswer.Absent("NXDOMAIN"));
        assertThat(seen.policy()).isEqualTo(new Failed(Fault.NO_ADDRESS, "NXDOMAIN"));
    }

    @Test
    void oneFailureLeavesTheRestAsItIs() {
        internet.txt("_mta-sts.example.test", "v=STSv1; id=1;").servfail("_mta-sts.example.test")
                .mx("example.test", 10, "mx.example.test");

        var seen = probe(Duration.ofSeconds(30)).observe(DOMAIN);

        assertThat(seen.stsRecord()).isInstanceOf(DnsAnswer.Unknown.class);
        assertThat(seen.mx()).isEqualTo(found("mx.example.test"));
    }

    @Test
    void endsAtItsDeadline() {
        internet.a("mta-sts.example.test", "127.0.0.1").mx("example.test", 10, "mx.example.test")
                .silent("_mta-sts.example.test");
        web.serve(POLICY).slowBody(Duration.ofMinutes(1));
        dns = new Dns(List.of(internet.address()), Duration.ofMinutes(1), 1);

        var seen = probe(Duration.ofSeconds(1)).observe(DOMAIN);

        assertThat(seen.mx()).isEqualTo(found("mx.example.test"));
        assertThat(seen.stsRecord()).isEqualTo(new DnsAnswer.Unknown("no answer within 1 s"));
        assertThat(seen.policy()).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.fault()).isEqualTo(Fault.TIMEOUT));
    }

    private DomainProbe probe(Duration deadline) {
        return new DomainProbe(dns, fetcher, new Installation("postern.test"), CLOCK, deadline);
    }

    private static DnsAnswer found(String value) {
        return new DnsAnswer.Found(List.of(value), 1);
    }
}
