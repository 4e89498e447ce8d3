package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// Signed zones, as dnsjava's validator sees them.
class SignedZonesTest {

    private static final String SECURE = "NOERROR, secure";
    private static final String SECURE_NXDOMAIN = "NXDOMAIN, secure";
    private static final String INSECURE = "NOERROR, insecure";
    /// What the validator says of a bogus answer.
    private static final String BOGUS = "SERVFAIL, insecure";

    private AuthoritativeDns dns;

    @BeforeEach
    void start() {
        dns = AuthoritativeDns.start();
        dns.mx("example.test", 10, "mx.example.test").a("mx.example.test", "127.0.0.1")
                .tlsa("mx.example.test", 25, 3, 1, 1, "00").mx("plain.test", 10, "mx.plain.test")
                .a("mx.plain.test", "127.0.0.1").cname("alias.example.test", "mx.example.test")
                .cname("away.example.test", "mx.plain.test");
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 10, 13, 14, 15, 16})
    void signsWithEveryAlgorithmInUse(int algorithm) throws IOException {
        dns.sign("example.test", algorithm);

        assertThat(validated("mx.example.test", Type.A)).isEqualTo(SECURE);
    }

    @Test
    void trustsTheKeyAsWellAsItsDigest() throws IOException {
        dns.sign("example.test");

        assertThat(validated("example.test", Type.MX, dns.trustAnchorKey())).isEqualTo(SECURE);
        try (var another = AuthoritativeDns.start().sign("example.test")) {
            assertThat(validated("example.test", Type.MX, another.trustAnchor())).isEqualTo(BOGUS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void provesWhatDoesNotExist(boolean hashed) throws IOException {
        dns.sign("example.test");
        if (hashed) {
            dns.denyByHash("example.test");
        }

        assertThat(validated("mx.example.test", Type.AAAA)).isEqualTo(SECURE);
        assertThat(validated("example.test", Type.A)).isEqualTo(SECURE);
        assertThat(validated("_tcp.mx.example.test", Type.TLSA)).as("nothing but names below").isEqualTo(SECURE);
        assertThat(validated("alias.example.test", Type.AAAA)).as("at the end of an alias").isEqualTo(SECURE);
        for (String nowhere : new String[]{"aaa", "nowhere", "zzz", "a.b.nowhere", "_26._tcp.mx", "_25._tcp.nowhere"}) {
            assertThat(validated(nowhere + ".example.test", Type.TLSA)).as(nowhere).isEqualTo(SECURE_NXDOMAIN);
        }
        assertThat(validated("nowhere.test", Type.A)).isEqualTo(SECURE_NXDOMAIN);
        assertThat(validated("nowhere", Type.A)).isEqualTo(SECURE_NXDOMAIN);
        assertThat(validated(".", Type.TXT)).isEqualTo(SECURE);
    }

    @Test
    void provesWhatIsNotSigned() throws IOException {
        dns.sign("example.test").a("host.elsewhere", "127.0.0.1");

        assertThat(validated("plain.test", Type.MX)).isEqualTo(INSECURE);
        assertThat(validated("mx.plain.test", Type.AAAA)).isEqualTo(INSECURE);
        assertThat(validated("nowhere.plain.test", Type.A)).isEqualTo("NXDOMAIN, insecure");
        assertThat(validated("host.elsewhere", Type.A)).isEqualTo(INSECURE);
        assertThat(validated("away.example.test", Type.A)).as("an alias to it").isEqualTo(INSECURE);
        assertThat(validated("alias.example.test", Type.A)).isEqualTo(SECURE);
    }

    @Test
    void isInsecureWithoutDsOrWithOneThatNobodyUnderstands() throws IOException {
        dns.sign("example.test").removeDs("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(INSECURE);

        dns.unknownAlgorithm("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(INSECURE);
    }

    @Test
    void isBogusInEachWayAndRecovers() throws IOException {
        dns.sign("example.test").breakSignatures("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(BOGUS);
        assertThat(validated("nowhere.example.test", Type.MX)).isEqualTo(BOGUS);

        dns.expireSignatures("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(BOGUS);

        dns.mendSignatures("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(SECURE);

        dns.wrongDs("example.test");
        assertThat(validated("example.test", Type.MX)).isEqualTo(BOGUS);
    }

    @Test
    void isBogusWhenOnlyTheDsIsLeft() throws IOException {
        dns.sign("example.test").dropSignatures("example.test");

        assertThat(validated("example.test", Type.MX)).isEqualTo(BOGUS);
        assertThat(validated("example.test", Type.A)).isEqualTo(BOGUS);
    }

    @Test
    void delegatesASignedZoneWithinASignedZone() throws IOException {
        dns.sign("example.test").a("host.sub.example.test", "127.0.0.1").sign("sub.example.test");
        assertThat(validated("host.sub.example.test", Type.A)).isEqualTo(SECURE);
        assertThat(validated("nowhere.sub.example.test", Type.A)).isEqualTo(SECURE_NXDOMAIN);
        assertThat(validated("suc.example.test", Type.A)).isEqualTo(SECURE_NXDOMAIN);

        dns.removeDs("sub.example.test");
        assertThat(validated("host.sub.example.test", Type.A)).isEqualTo(INSECURE);
        assertThat(validated("mx.example.test", Type.A)).isEqualTo(SECURE);
    }

    @Test
    void signsWhatChangesAnew() throws IOException {
        dns.sign("example.test");
        assertThat(validated("new.example.test", Type.A)).isEqualTo(SECURE_NXDOMAIN);

        dns.a("new.example.test", "127.0.0.1");
        assertThat(validated("new.example.test", Type.A)).isEqualTo(SECURE);
        dns.ttl("new.example.test", 3600);
        assertThat(validated("new.example.test", Type.A)).isEqualTo(SECURE);
    }

    @Test
    void sendsSignaturesOnlyToWhoAsksForThem() throws IOException {
        dns.sign("example.test");
        var plain = new SimpleResolver(dns.address()).send(query("example.test", Type.MX));

        assertThat(plain.getSection(Section.ANSWER)).extracting(Record::getType).containsExactly(Type.MX);
    }

    @Test
    void leavesOutDnssecDataLikeAServerThatDoesNotKnowIt() throws IOException {
        dns.sign("example.test").stripDnssec();
        assertThat(validated("example.test", Type.MX)).isEqualTo(BOGUS);
        assertThat(validated("plain.test", Type.MX)).isEqualTo(BOGUS);

        dns.stripDenials();
        assertThat(validated("example.test", Type.MX)).isEqualTo(SECURE);
        assertThat(validated("plain.test", Type.MX)).isEqualTo(BOGUS);

        dns.passDnssec();
        assertThat(validated("plain.test", Type.MX)).isEqualTo(INSECURE);
    }

    @Test
    void refusesWhatIsNoSignedZone() {
        assertThatThrownBy(() -> dns.breakSignatures("example.test")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> dns.sign("example.test", 99)).isInstanceOf(IllegalArgumentException.class);
        try (var unsigned = AuthoritativeDns.start()) {
            assertThatThrownBy(unsigned::trustAnchor).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String validated(String name, int type) throws IOException {
        return validated(name, type, dns.trustAnchor());
    }

    private String validated(String name, int type, String trustAnchor) throws IOException {
        var resolver = new SimpleResolver(dns.address());
        resolver.setTimeout(Duration.ofSeconds(5));
        var validator = new ValidatingResolver(resolver);
        validator.loadTrustAnchors(new ByteArrayInputStream(trustAnchor.getBytes(StandardCharsets.US_ASCII)));
        Message answer = validator.send(query(name, type));
        return Rcode.string(answer.getRcode())
                + (answer.getHeader().getFlag(Flags.AD) ? ", secure" : ", insecure");
    }

    private static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(Names.of(name), type, DClass.IN));
    }
}
