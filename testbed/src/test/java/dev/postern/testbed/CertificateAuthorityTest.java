package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    private static final String NAME = "mx1.example.test";
    private static final Instant NOW = Instant.now();

    private final CertificateAuthority authority = CertificateAuthority.create();

    @Test
    void issuesCertificatesThatLeadToItsRoot() throws Exception {
        var identity = authority.issue(NAME, "mx2.example.test", "192.0.2.1");
        assertThatCode(() -> validate(identity)).doesNotThrowAnyException();
        assertThat(identity.certificate().getSubjectAlternativeNames()).extracting(name -> (Object) name.get(1))
                .containsExactly(NAME, "mx2.example.test", "192.0.2.1");
        assertThat(identity.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(identity.staple()).isEmpty();
    }

    @Test
    void issuesThroughAnIntermediateWithAndWithoutSendingIt() {
        assertThat(authority.issueThroughIntermediate(NAME).chain()).hasSize(2);
        assertThatCode(() -> validate(authority.issueThroughIntermediate(NAME))).doesNotThrowAnyException();
        assertThat(authority.withoutIntermediate(NAME).chain()).hasSize(1);
        assertThatThrownBy(() -> validate(authority.withoutIntermediate(NAME)))
                .isInstanceOf(CertPathValidatorException.class);
        assertThat(authority.withRoot(NAME).chain()).hasSize(3).endsWith(authority.root());
    }

    @Test
    void issuesCertificatesOutOfTheirTime() {
        assertThatThrownBy(() -> validate(authority.expired(NAME))).isInstanceOfSatisfying(
                CertPathValidatorException.class, e -> assertThat(e.getReason()).isEqualTo(BasicReason.EXPIRED));
        assertThatThrownBy(() -> validate(authority.notYetValid(NAME))).isInstanceOfSatisfying(
                CertPathValidatorException.class, e -> assertThat(e.getReason()).isEqualTo(BasicReason.NOT_YET_VALID));
        assertThat(authority.expiring(3, NAME).certificate().getNotAfter().toInstant())
                .isBetween(NOW.plus(Duration.ofDays(3)), NOW.plus(Duration.ofDays(4)));
        assertThat(authority.validFor(Duration.ofMinutes(10), NAME).certificate().getNotAfter().toInstant())
                .isBetween(NOW.plus(Duration.ofMinutes(9)), NOW.plus(Duration.ofMinutes(30)));
    }

    @Test
    void issuesCertificatesThatLeadNowhere() {
        var own = authority.selfSigned(NAME).certificate();
        assertThat(own.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());
        assertThatCode(() -> own.verify(own.getPublicKey())).doesNotThrowAnyException();
        assertThatThrownBy(() -> validate(authority.selfSigned(NAME))).isInstanceOf(CertPathValidatorException.class);
        assertThat(authority.fromUnknownRoot(NAME).chain()).hasSize(2);
        assertThatThrownBy(() -> validate(authority.fromUnknownRoot(NAME)))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void issuesWeakCertificates() throws Exception {
        assertThat(authority.sha1(NAME).certificate().getSigAlgName()).isEqualTo("SHA1withECDSA");
        authority.sha1(NAME).certificate().verify(authority.root().getPublicKey());
        assertThat(rsaBits(authority.shortRsa(NAME))).isEqualTo(1024);
        assertThat(rsaBits(authority.rsa(NAME))).isEqualTo(2048);
        assertThatCode(() -> validate(authority.rsa(NAME))).doesNotThrowAnyException();
    }

    @Test
    void staplesWhatAValidatorUnderstands() {
        for (var identity : new ServerIdentity[]{authority.issue(NAME), authority.issueThroughIntermediate(NAME)}) {
            assertThatCode(() -> validateStaple(authority.stapleGood(identity))).doesNotThrowAnyException();
            assertThat(reason(authority.stapleRevoked(identity))).isEqualTo(BasicReason.REVOKED);
            assertThatThrownBy(() -> validateStaple(authority.stapleStale(identity)))
                    .isInstanceOf(CertPathValidatorException.class).hasMessageContaining("out-of-date");
            assertThatThrownBy(() -> validateStaple(authority.stapleForAnother(identity)))
                    .isInstanceOf(CertPathValidatorException.class).hasMessageContaining("does not include a response");
            assertThatThrownBy(() -> validateStaple(authority.stapleForged(identity)))
                    .isInstanceOf(CertPathValidatorException.class).hasMessageContaining("signature");
            assertThatThrownBy(() -> validateStaple(identity.stapling(new byte[]{1, 2, 3})))
                    .isInstanceOf(CertPathValidatorException.class).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(reason(authority.revoked(NAME))).isEqualTo(BasicReason.REVOKED);
    }

    @Test
    void staplesOnlyForItsOwn() {
        assertThatThrownBy(() -> authority.stapleGood(authority.selfSigned(NAME)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not of this authority");
    }

    private void validate(ServerIdentity identity) throws GeneralSecurityException {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.root(), null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(identity.chain()), parameters);
    }

    private Object reason(ServerIdentity identity) {
        try {
            validateStaple(identity);
            return "valid";
        } catch (CertPathValidatorException refused) {
            return refused.getReason();
        } catch (GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    /// By the JDK's own check of revocation, which sees nothing but the staple.
    private void validateStaple(ServerIdentity identity) throws GeneralSecurityException {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.root(), null)));
        var validator = CertPathValidator.getInstance("PKIX");
        var revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
        revocation.setOptions(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
        revocation.setOcspResponses(Map.of(identity.certificate(), identity.staple().orElseThrow()));
        parameters.addCertPathChecker(revocation);
        validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(identity.chain()), parameters);
    }

    private static int rsaBits(ServerIdentity identity) {
        return ((RSAPublicKey) identity.certificate().getPublicKey()).getModulus().bitLength();
    }
}
