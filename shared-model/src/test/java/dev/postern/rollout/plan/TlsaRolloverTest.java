package dev.postern.rollout.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dane.TlsaRecord;
import dev.postern.name.HostName;
import dev.postern.pki.Certificate;
import dev.postern.rollout.plan.PlanProgress.Entry;
import dev.postern.rollout.plan.PlanProgress.State;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A new key under DANE: its record first, then the certificate, and the old record last (RFC 7671 §8.1).
class TlsaRolloverTest {

    private static final HostName MX = new HostName("mx1.example.test");
    private static final Certificate OLD = read("""
            -----BEGIN CERTIFICATE-----
            MIIBpzCCAU6gAwIBAgIUFGyQD7adthUoyFLPWcJExSZlDr4wCgYIKoZIzj0EAwIw
            GzEZMBcGA1UEAwwQbXgxLmV4YW1wbGUudGVzdDAeFw0yNjExMjQwNDUyMDlaFw0z
            NjExMjEwNDUyMDlaMBsxGTAXBgNVBAMMEG14MS5leGFtcGxlLnRlc3QwWTATBgcq
            hkjOPQIBBggqhkjOPQMBBwNCAARxtR9T0FU6hL5pgvQ9Qn+DRsmjuyoiJYMExK1A
            TxzuzBT4Fk55jBiKFvcxFlJ+4nKpiVynOcLSUDh1jD2rqXKwo3AwbjAdBgNVHQ4E
            FgQUM6Zg7RmgiMcSNJoaDu+9hO/1WyYwHwYDVR0jBBgwFoAUM6Zg7RmgiMcSNJoa
            Du+9hO/1WyYwDwYDVR0TAQH/BAUwAwEB/zAbBgNVHREEFDASghBteDEuZXhhbXBs
            ZS50ZXN0MAoGCCqGSM49BAMCA0cAMEQCIFg39ew6mVTdUxWdi6A2jEn9+c574uFd
            CkUIrzoo/jT2AiAko8zfiWK0VAAtEkgnIHnCaMh29N1r4Wx01gLZ01tuLw==
            -----END CERTIFICATE-----
            """);
    private static final Certificate NEW = read("""
            -----BEGIN CERTIFICATE-----
            MIIBqTCCAU6gAwIBAgIUf/ngdDXiqpcjjf3bfxIH+X9/1ZAwCgYIKoZIzj0EAwIw
            GzEZMBcGA1UEAwwQbXgxLmV4YW1wbGUudGVzdDAeFw0yNjExMjQwNDUyMDlaFw0z
            NjExMjEwNDUyMDlaMBsxGTAXBgNVBAMMEG14MS5leGFtcGxlLnRlc3QwWTATBgcq
            hkjOPQIBBggqhkjOPQMBBwNCAAQYoVibxA2cLFPeXeYw4yO0L8fkT6dOgU2Ym3gb
            5xzfOhj3LHJ5LgH2pTmLML5MDmuYu3a7LLTU+l7/hfwMDge5o3AwbjAdBgNVHQ4E
            FgQUmIQgwVrnRYCNw1HKc60sBPIioicwHwYDVR0jBBgwFoAUmIQgwVrnRYCNw1HK
            c60sBPIioicwDwYDVR0TAQH/BAUwAwEB/zAbBgNVHREEFDASghBteDEuZXhhbXBs
            ZS50ZXN0MAoGCCqGSM49BAMCA0kAMEYCIQCY0o3mJe6MEUzq1DY+7eNOHAs80Z0J
            bRLKPhczmUKlSAIhAInUcLuFqma8vkZ1KKNLcWtYyyQdKRfifa2LI7oTAscQ
            -----END CERTIFICATE-----
            """);

    private final SimulatedDomain domain = SimulatedDomain.enforcing(Duration.ofDays(7), MX.ascii());
    private ChangePlan plan;

    @Test
    void publishesTheNewRecordFirstAndRemovesTheOldOneLast() {
        domain.real.put(MX.ascii(), OLD);
        domain.tlsa.put(MX.ascii(), List.of(record(OLD)));
        domain.probe(Preflight.of(List.of()));
        assertThat(domain.world().dane(MX)).isTrue();
        assertThat(domain.world().fingerprints(MX)).containsExactly(OLD.sha256());
        plan = new ChangePlan(new UUID(0, 2), new UUID(0, 1), new Change.RenewCertificate(MX, Optional.empty(),
                Set.of(OLD.sha256()), true), "Anna", domain.now, Memory.NOTHING, List.of(), Optional.empty());
        assertThat(look().step().id()).isEqualTo("tlsa");
        domain.tlsa.put(MX.ascii(), List.of(record(OLD), record(NEW)));
        Entry certificate = look();
        assertThat(certificate.step().id()).isEqualTo("certificate");
        assertThat(((State.Waiting) certificate.state()).until()).contains(domain.now.plus(Ttls.ASSUMED));
        domain.pass(Ttls.ASSUMED);
        assertThat(((State.Open) look().state()).saw()).contains("still shows the old certificate");
        domain.real.put(MX.ascii(), NEW);
        Entry old = look();
        assertThat(old.step().id()).isEqualTo("tlsa-old");
        assertThat(old.step().lines()).extracting(PlanStep.Line::value).containsExactly(
                "_25._tcp.mx1.example.test. IN TLSA " + record(OLD));
        domain.tlsa.put(MX.ascii(), List.of(record(NEW)));
        domain.probe(plan.change());
        assertThat(PlanProgress.newlyDone(plan, domain.world())).extracting(StepDone::step).containsExactly("tlsa-old");
    }

    private Entry look() {
        domain.probe(plan.change());
        World world = domain.world();
        plan = plan.after(PlanProgress.remember(plan, world), PlanProgress.newlyDone(plan, world));
        return PlanProgress.of(plan, world).current().orElseThrow();
    }

    private static TlsaRecord record(Certificate certificate) {
        return TlsaRecord.of(TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY, TlsaRecord.SHA_256, certificate);
    }

    private static Certificate read(String pem) {
        try {
            return Certificate.of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        } catch (CertificateException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
