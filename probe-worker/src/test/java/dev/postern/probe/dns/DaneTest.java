package dev.postern.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dane.Dane;
import dev.postern.dane.DaneResult;
import dev.postern.dane.TlsaRecord;
import dev.postern.observation.Dnssec;
import dev.postern.observation.Dnssec.State;
import dev.postern.observation.Tlsa;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.ServerIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// DANE with real certificates; here because shared-model has none to test with.
class DaneTest {

    private static final String HOST = "mx.example.test";
    private static final Dnssec SECURE = new Dnssec(State.SECURE, "");
    private static final CertificateAuthority CA = CertificateAuthority.create();
    private static final CertificateAuthority OTHER = CertificateAuthority.create("Other");

    private final Instant now = Instant.now();

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2"})
    void matchesTheServersOwnCertificate(int selector, int matching) {
        var identity = CA.issue(HOST);
        var record = record(3, selector, matching, identity.certificate());
        var wrong = record(3, selector, matching, CA.issue(HOST).certificate());

        assertThat(judge(identity, record)).isEqualTo(new DaneResult.Matched(record));
        assertThat(judge(identity, wrong, record)).as("one is enough").isEqualTo(new DaneResult.Matched(record));
        assertThat(judge(identity, wrong)).isInstanceOf(DaneResult.Mismatch.class);
    }

    @Test
    void asksForNeitherNameNorDatesOfACertificateThatIsNamed() {
        for (var identity : List.of(CA.expired(HOST), CA.notYetValid(HOST), CA.selfSigned("elsewhere.test"),
                OTHER.issue("elsewhere.test"))) {
            var record = record(3, 1, 1, identity.certificate());
            assertThat(judge(identity, record)).isEqualTo(new DaneResult.Matched(record));
        }
    }

    @Test
    void matchesANewCertificateWithTheSameKeyByItsKey() {
        var identity = CA.issue(HOST);

        assertThat(judge(identity, record(3, 1, 1, CA.root()))).isInstanceOf(DaneResult.Mismatch.class);
        assertThat(judge(identity, record(3, 0, 1, identity.certificate()))).isInstanceOf(DaneResult.Matched.class);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2"})
    void matchesATrustAnchorThatTheServerSends(int selector, int matching) {
        var identity = CA.withRoot(HOST);
        var intermediate = record(2, selector, matching, identity.chain().get(1));
        var root = record(2, selector, matching, identity.chain().get(2));

        assertThat(judge(identity, intermediate)).isEqualTo(new DaneResult.Matched(intermediate));
        assertThat(judge(identity, root)).isEqualTo(new DaneResult.Matched(root));
        assertThat(judge(identity, record(2, selector, matching, OTHER.root())))
                .isInstanceOf(DaneResult.Mismatch.class);
    }

    @Test
    void needsTheTrustAnchorInTheChainUnlessTheRecordHoldsIt() {
        var identity = CA.issueThroughIntermediate(HOST);

        assertThat(judge(identity, record(2, 0, 1, CA.root()))).isInstanceOf(DaneResult.Mismatch.class);
        assertThat(judge(identity, record(2, 0, 0, CA.root()))).isInstanceOf(DaneResult.Matched.class);
        assertThat(judge(identity, record(2, 1, 0, CA.root()))).isInstanceOf(DaneResult.Matched.class);
    }

    @Test
    void needsEverySignatureUpToTheTrustAnchor() {
        var whole = CA.withRoot(HOST);
        var gap = List.of(whole.certificate(), whole.chain().get(2));
        var unrelated = List.of(OTHER.issue(HOST).certificate(), whole.chain().get(1), whole.chain().get(2));

        assertThat(judge(gap, record(2, 0, 1, CA.root()))).isInstanceOf(DaneResult.Mismatch.class);
        assertThat(judge(unrelated, record(2, 0, 1, CA.root()))).as("the anchor is sent, and vouches for nothing")
                .isInstanceOf(DaneResult.Mismatch.class);
    }

    @Test
    void takesTheChainInAnyOrderAndWithStrangersInIt() {
        var whole = CA.withRoot(HOST).chain();
        var shuffled = List.of(whole.get(0), OTHER.root(), whole.get(2), whole.get(1));

        assertThat(judge(shuffled, record(2, 0, 1, CA.root()))).isInstanceOf(DaneResult.Matched.class);
    }

    @Test
    void aServersCertificateIsNoTrustAnchor() {
        var identity = CA.issue(HOST);
        var selfSigned = CA.selfSigned(HOST);
        // Another server's certificate, not a CA's, that comes along.
        var issuedByServer = List.of(identity.certificate(), selfSigned.certificate());

        assertThat(judge(identity, record(2, 0, 1, identity.certificate()))).isInstanceOf(DaneResult.Mismatch.class);
        assertThat(judge(selfSigned, record(2, 0, 1, selfSigned.certificate())))
                .isInstanceOf(DaneResult.Mismatch.class);
        assertThat(judge(issuedByServer, record(2, 0, 1, selfSigned.certificate())))
                .isInstanceOf(DaneResult.Mismatch.class);
    }

    @Test
    void needsTheNameBelowATrustAnchor() {
        var record = record(2, 0, 1, CA.root());

        assertThat(judge(withRoot(CA.issue("elsewhere.test")), record)).isInstanceOfSatisfying(
                DaneResult.Mismatch.class, mismatch -> assertThat(mismatch.details()).singleElement().asString()
                        .contains("does not bear the name mx.example.test"));
        assertThat(judge(withRoot(CA.issue("*.example.test")), record)).isEqualTo(new DaneResult.Matched(record));
        var tlsa = new Tlsa("base.provider.test", SECURE, SECURE, List.of(record));
        for (String name : List.of("base.provider.test", HOST)) {
            assertThat(Dane.judge(tlsa, HOST, chain(withRoot(CA.issue(name))), now)).as(name)
                    .isEqualTo(new DaneResult.Matched(record));
        }
    }

    @Test
    void needsValidDatesBelowATrustAnchor() {
        var record = record(2, 0, 1, CA.root());

        for (var identity : List.of(CA.expired(HOST), CA.notYetValid(HOST))) {
            assertThat(judge(withRoot(identity), record)).isInstanceOfSatisfying(DaneResult.Mismatch.class,
                    mismatch -> assertThat(mismatch.details().getFirst()).contains("is valid from"));
        }
        var later = now.plus(Duration.ofDays(365));
        assertThat(Dane.judge(tlsa(record), HOST, chain(withRoot(CA.issue(HOST))), later))
                .isInstanceOf(DaneResult.Mismatch.class);
    }

    @Test
    void prefersTheStrongerDigest() {
        var identity = CA.issue(HOST);
        var sha256 = record(3, 1, 1, identity.certificate());
        var sha512 = record(3, 1, 2, identity.certificate());
        var stale = record(3, 1, 2, CA.issue(HOST).certificate());

        assertThat(judge(identity, sha256, sha512)).isEqualTo(new DaneResult.Matched(sha512));
        assertThat(judge(identity, sha256, stale)).isInstanceOfSatisfying(DaneResult.Mismatch.class, mismatch ->
                assertThat(mismatch.details()).anySatisfy(detail -> assertThat(detail).contains("though it matches")));
        assertThat(judge(identity, sha256, record(3, 0, 2, CA.root()))).as("another selector")
                .isEqualTo(new DaneResult.Matched(sha256));
        assertThat(judge(identity, record(3, 1, 0, identity.certificate()), stale)).as("the bytes themselves")
                .isInstanceOf(DaneResult.Matched.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 255})
    void canNotUseUsagesForTheWebOrUnknownOnes(int usage) {
        var identity = CA.issue(HOST);
        var right = record(3, 1, 1, identity.certificate());
        var unusable = new TlsaRecord(usage, 1, 1, right.data());

        assertThat(judge(identity, unusable)).isInstanceOf(DaneResult.NoUsableRecords.class);
        assertThat(judge(identity, unusable, right)).isEqualTo(new DaneResult.Matched(right));
    }

    @Test
    void judgesAFloodOfCertificatesInTime() {
        var many = new ArrayList<X509Certificate>();
        many.add(CA.issue(HOST).certificate());
        for (int i = 0; i < 200; i++) {
            many.add(CertificateAuthority.create().root());
        }
        many.add(CA.root());

        assertThat(judge(many, record(2, 0, 1, CA.root()))).as("beyond what is looked at")
                .isInstanceOf(DaneResult.Mismatch.class);
    }

    private DaneResult judge(ServerIdentity identity, TlsaRecord... records) {
        return judge(identity.chain(), records);
    }

    private DaneResult judge(List<X509Certificate> chain, TlsaRecord... records) {
        return Dane.judge(tlsa(records), HOST, chain(chain), now);
    }

    private static Tlsa tlsa(TlsaRecord... records) {
        return new Tlsa(HOST, SECURE, SECURE, Arrays.asList(records));
    }

    private static TlsaRecord record(int usage, int selector, int matching, X509Certificate certificate) {
        return TlsaRecord.of(usage, selector, matching, Certificate.of(certificate));
    }

    private static List<X509Certificate> withRoot(ServerIdentity identity) {
        return List.of(identity.certificate(), CA.root());
    }

    private static Chain chain(List<X509Certificate> certificates) {
        return new Chain(certificates.stream().map(Certificate::of).toList(), Trust.values()[0], "", Chain.Staple.NONE);
    }
}
