package dev.postern.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dane.TlsaRecord;
import dev.postern.observation.Dnssec;
import dev.postern.observation.Dnssec.State;
import dev.postern.observation.Tlsa;
import dev.postern.testbed.AuthoritativeDns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

class SecureDnsTest {

    private static final String SHA_256 = "ab".repeat(32);
    private static final TlsaRecord RECORD = new TlsaRecord(3, 1, 1, SHA_256);

    @TempDir
    private Path folder;
    private AuthoritativeDns internet;
    private SecureDns dns;

    @BeforeEach
    void start() throws IOException {
        internet = AuthoritativeDns.start();
        internet.mx("example.test", 10, "mx.example.test").a("mx.example.test", "127.0.0.1")
                .tlsa("mx.example.test", 25, 3, 1, 1, SHA_256).sign("example.test");
        dns = secureDns(Duration.ofSeconds(2), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        internet.close();
    }

    @Test
    void tellsASignedZone() {
        assertThat(dns.state("example.test", Type.MX)).isEqualTo(new Dnssec(State.SECURE, ""));
        assertThat(dns.state("example.test", Type.A)).as("no such record").isEqualTo(new Dnssec(State.SECURE, ""));
        assertThat(dns.state("nowhere.example.test", Type.MX)).isEqualTo(new Dnssec(State.SECURE, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 10, 13, 14, 15, 16})
    void knowsEveryAlgorithmInUse(int algorithm) {
        internet.mx("other.test", 10, "mx.other.test").sign("other.test", algorithm);

        assertThat(dns.state("other.test", Type.MX).state()).isEqualTo(State.SECURE);
    }

    @Test
    void tellsAZoneThatIsNotSigned() {
        internet.mx("plain.test", 10, "mx.plain.test").mx("example.elsewhere", 10, "mx.plain.test");

        assertThat(dns.state("plain.test", Type.MX).state()).isEqualTo(State.INSECURE);
        assertThat(dns.state("plain.test", Type.A).state()).isEqualTo(State.INSECURE);
        assertThat(dns.state("nowhere.plain.test", Type.A).state()).isEqualTo(State.INSECURE);
        assertThat(dns.state("example.elsewhere", Type.MX).state()).isEqualTo(State.INSECURE);

        internet.removeDs("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).as("its key is not vouched for")
                .isEqualTo(State.INSECURE);
        internet.unknownAlgorithm("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.INSECURE);
    }

    @Test
    void tellsBrokenSignatures() {
        internet.breakSignatures("example.test");

        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.BOGUS);
        assertThat(dns.state("example.test", Type.MX).detail()).isNotBlank().doesNotContain("{");
        assertThat(dns.state("nowhere.example.test", Type.MX).state()).isEqualTo(State.BOGUS);
        assertThat(dns.state("mx.example.test", Type.AAAA).state()).isEqualTo(State.BOGUS);
    }

    @Test
    void saysWhichSignatureExpired() {
        internet.expireSignatures("example.test");

        assertThat(dns.state("example.test", Type.MX)).satisfies(expired -> {
            assertThat(expired.state()).isEqualTo(State.BOGUS);
            assertThat(expired.detail()).contains("example.test").contains("expired at 20");
        });
    }

    @Test
    void tellsBogusFromEachOtherCause() {
        internet.wrongDs("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.BOGUS);

        internet.mx("stale.test", 10, "mx.stale.test").sign("stale.test").dropSignatures("stale.test");
        assertThat(dns.state("stale.test", Type.MX).state()).isEqualTo(State.BOGUS);
    }

    @Test
    void seesAtOnceWhatWasJustMended() {
        internet.breakSignatures("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.BOGUS);
        internet.mendSignatures("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.SECURE);
        internet.removeDs("example.test");
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.INSECURE);
    }

    @Test
    void judgesByTheClockItWasGiven() throws IOException {
        var nextYear = secureDns(Duration.ofSeconds(2), Clock.fixed(Instant.now().plus(Duration.ofDays(365)),
                ZoneOffset.UTC));

        assertThat(nextYear.state("example.test", Type.MX).state()).isEqualTo(State.BOGUS);
    }

    @Test
    void isWronglyAnchoredWithTheRealRoot() {
        var real = new SecureDns(List.of(internet.address()), Duration.ofSeconds(2), 1, TrustAnchors.ofTheRoot(),
                Clock.systemUTC());

        assertThat(real.state("example.test", Type.MX).state()).isEqualTo(State.BOGUS);
    }

    @Test
    void callsNothingBogusWhenTheServerLeavesDnssecOut() {
        var stripped = Dnssec.unknown("the DNS server in use does not pass on DNSSEC data");
        internet.mx("plain.test", 10, "mx.plain.test").stripDnssec();
        assertThat(dns.state("example.test", Type.MX)).isEqualTo(stripped);
        assertThat(dns.state("plain.test", Type.MX)).isEqualTo(stripped);
        assertThat(dns.tlsa("mx.example.test", 25)).isEqualTo(new Tlsa("mx.example.test", stripped, stripped,
                List.of()));

        internet.stripDenials();
        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.SECURE);
        assertThat(dns.state("plain.test", Type.MX)).isEqualTo(stripped);

        internet.passDnssec();
        assertThat(dns.state("plain.test", Type.MX).state()).isEqualTo(State.INSECURE);
    }

    @Test
    void doesNotCallWhatCouldNotBeAskedBogusOrInsecure() throws IOException {
        var impatient = secureDns(Duration.ofMillis(200), Clock.systemUTC());
        internet.servfail("example.test", "MX");
        assertThat(impatient.state("example.test", Type.MX))
                .isEqualTo(Dnssec.unknown("the DNS server answered SERVFAIL"));
        internet.refused("example.test");
        assertThat(impatient.state("example.test", Type.MX))
                .isEqualTo(Dnssec.unknown("the DNS server answered REFUSED"));
        internet.silent("example.test");
        assertThat(impatient.state("example.test", Type.MX))
                .isEqualTo(Dnssec.unknown("the DNS server did not answer in time"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DNSKEY", "DS"})
    void isUnknownWhenKeysCanNotBeAsked(String type) throws IOException {
        var impatient = secureDns(Duration.ofMillis(200), Clock.systemUTC());
        internet.servfail("example.test", type);
        for (String name : List.of("example.test", "nowhere.example.test")) {
            assertThat(impatient.state(name, Type.MX)).as(name)
                    .isEqualTo(Dnssec.unknown("the DNS server answered SERVFAIL"));
        }
        internet.healthy("example.test").silent("example.test", type);
        for (String name : List.of("example.test", "nowhere.example.test")) {
            assertThat(impatient.state(name, Type.MX)).as(name)
                    .isEqualTo(Dnssec.unknown("the DNS server did not answer in time"));
        }
    }

    @Test
    void asksTheNextServer() throws IOException {
        try (var dead = AuthoritativeDns.start()) {
            var anchors = anchors();
            dead.close();
            var both = new SecureDns(List.of(dead.address(), internet.address()), Duration.ofSeconds(1), 1, anchors,
                    Clock.systemUTC());
            assertThat(both.state("example.test", Type.MX).state()).isEqualTo(State.SECURE);
        }
    }

    @Test
    void readsAnswersThatNeedTcp() {
        for (int i = 0; i < 40; i++) {
            internet.mx("example.test", i, "host" + i + ".with.a.long.name.example.test");
        }

        assertThat(dns.state("example.test", Type.MX).state()).isEqualTo(State.SECURE);
    }

    @Test
    void remembersKeysOfTopLevelDomainsOnly() {
        internet.ttl(".", 3600).ttl("test", 3600);
        dns.state("example.test", Type.MX);
        dns.state("example.test", Type.MX);

        assertThat(internet.questions(".", "DNSKEY")).isEqualTo(1);
        assertThat(internet.questions("test", "DNSKEY")).isEqualTo(1);
        assertThat(internet.questions("example.test", "DNSKEY")).isEqualTo(2);
        assertThat(internet.questions("example.test", "DS")).isEqualTo(2);
    }

    @Test
    void validatesForManyAtTheSameTime() {
        for (int i = 0; i < 100; i++) {
            internet.mx("d" + i + ".test", 10, "mx.d" + i + ".test").sign("d" + i + ".test");
        }
        internet.delay(Duration.ofMillis(50));
        var patient = CompletableFuture.supplyAsync(() -> dns.state("d0.test", Type.MX));
        var states = IntStream.range(0, 100).mapToObj(i -> CompletableFuture.supplyAsync(
                () -> dns.state("d" + i + ".test", Type.MX).state(), task -> Thread.ofVirtual().start(task))).toList();

        assertThat(states).allSatisfy(state -> assertThat(state.join()).isEqualTo(State.SECURE));
        assertThat(patient.join().state()).isEqualTo(State.SECURE);
    }

    @Test
    void saysThatANameIsNone() {
        assertThat(dns.state("x".repeat(64) + ".test", Type.MX).state()).isEqualTo(State.UNKNOWN);
        assertThat(dns.tlsa("x".repeat(64) + ".test", 25).host().state()).isEqualTo(State.UNKNOWN);
        String long250 = "abcdefghi.".repeat(24) + "abcdef.te";
        assertThat(dns.tlsa(long250, 25).dnssec().detail()).contains("no name");
    }

    // TLSA records.

    @Test
    void findsSecureRecords() {
        internet.tlsa("mx.example.test", 25, 2, 0, 2, "cd".repeat(64)).tlsa("mx.example.test", 2525, 3, 0, 1, "00");

        assertThat(dns.tlsa("MX.example.test", 25)).isEqualTo(new Tlsa("mx.example.test", secure(), secure(),
                List.of(new TlsaRecord(2, 0, 2, "cd".repeat(64)), RECORD)));
        assertThat(dns.tlsa("mx.example.test", 2525).records()).containsExactly(new TlsaRecord(3, 0, 1, "00"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void knowsForCertainThatThereAreNone(boolean hashed) {
        if (hashed) {
            internet.denyByHash("example.test");
        }
        internet.removeTlsa("mx.example.test", 25);
        assertThat(dns.tlsa("mx.example.test", 25)).as("NXDOMAIN")
                .isEqualTo(new Tlsa("mx.example.test", secure(), secure(), List.of()));

        internet.txt("_25._tcp.mx.example.test", "something else");
        assertThat(dns.tlsa("mx.example.test", 25)).as("NODATA")
                .isEqualTo(new Tlsa("mx.example.test", secure(), secure(), List.of()));
    }

    @Test
    void showsRecordsThatAreNotSecureWithTheirState() {
        internet.removeDs("example.test");

        assertThat(dns.tlsa("mx.example.test", 25)).satisfies(tlsa -> {
            assertThat(tlsa.host().state()).isEqualTo(State.INSECURE);
            assertThat(tlsa.dnssec().state()).isEqualTo(State.INSECURE);
            assertThat(tlsa.records()).containsExactly(RECORD);
        });
    }

    @Test
    void neverTakesBogusOrFailingAnswersForNone() {
        internet.servfail("_25._tcp.mx.example.test");
        assertThat(dns.tlsa("mx.example.test", 25)).isEqualTo(new Tlsa("mx.example.test",
                Dnssec.unknown("the DNS server answered SERVFAIL"), secure(), List.of()));

        internet.healthy("_25._tcp.mx.example.test").servfail("mx.example.test", "AAAA");
        assertThat(dns.tlsa("mx.example.test", 25).host())
                .isEqualTo(Dnssec.unknown("the DNS server answered SERVFAIL"));

        internet.healthy("mx.example.test").breakSignatures("example.test");
        assertThat(dns.tlsa("mx.example.test", 25)).satisfies(tlsa -> {
            assertThat(tlsa.host().state()).isEqualTo(State.BOGUS);
            assertThat(tlsa.dnssec().state()).isEqualTo(State.BOGUS);
        });
    }

    @Test
    void isBogusWhereOnlyTheRecordsAre() {
        internet.sign("mx.example.test").sign("_tcp.mx.example.test").breakSignatures("_tcp.mx.example.test");

        assertThat(dns.tlsa("mx.example.test", 25)).satisfies(tlsa -> {
            assertThat(tlsa.host().state()).isEqualTo(State.SECURE);
            assertThat(tlsa.dnssec().state()).isEqualTo(State.BOGUS);
            assertThat(tlsa.records()).isEmpty();
        });
    }

    @Test
    void looksFirstWhereASecureAliasLeads() {
        internet.cname("mx.other.test", "mx.example.test").sign("other.test");
        assertThat(dns.tlsa("mx.other.test", 25)).isEqualTo(new Tlsa("mx.example.test", secure(), secure(),
                List.of(RECORD)));

        internet.tlsa("mx.other.test", 25, 3, 1, 1, "ff".repeat(32));
        assertThat(dns.tlsa("mx.other.test", 25).base()).isEqualTo("mx.example.test");

        internet.removeTlsa("mx.example.test", 25);
        assertThat(dns.tlsa("mx.other.test", 25)).as("then under the alias itself").isEqualTo(new Tlsa(
                "mx.other.test", secure(), secure(), List.of(new TlsaRecord(3, 1, 1, "ff".repeat(32)))));
    }

    @Test
    void looksUnderTheAliasWhereOnlyThatIsSecure() {
        internet.a("mx.plain.test", "127.0.0.1").tlsa("mx.plain.test", 25, 3, 1, 1, SHA_256)
                .cname("mx.other.test", "mx.plain.test").tlsa("mx.other.test", 25, 3, 1, 1, "ff".repeat(32))
                .sign("other.test");

        assertThat(dns.tlsa("mx.other.test", 25)).satisfies(tlsa -> {
            assertThat(tlsa.base()).isEqualTo("mx.other.test");
            assertThat(tlsa.host().state()).isEqualTo(State.SECURE);
            assertThat(tlsa.host().detail()).contains("mx.plain.test");
            assertThat(tlsa.records()).containsExactly(new TlsaRecord(3, 1, 1, "ff".repeat(32)));
        });
    }

    @Test
    void doesNotFollowAnInsecureAlias() {
        internet.cname("mx.plain.test", "mx.example.test");

        assertThat(dns.tlsa("mx.plain.test", 25)).satisfies(tlsa -> {
            assertThat(tlsa.base()).isEqualTo("mx.plain.test");
            assertThat(tlsa.host().state()).isEqualTo(State.INSECURE);
            assertThat(tlsa.records()).isEmpty();
        });
    }

    @Test
    void followsAnAliasOfTheRecordsThemselves() {
        internet.removeTlsa("mx.example.test", 25).cname("_25._tcp.mx.example.test", "_dane.example.test")
                .tlsa("x.example.test", 25, 3, 1, 1, SHA_256)
                .cname("_dane.example.test", "_25._tcp.x.example.test");

        assertThat(dns.tlsa("mx.example.test", 25).records()).containsExactly(RECORD);
    }

    @Test
    void givesUpOnALoopOfAliases() {
        internet.cname("mx.other.test", "mx2.other.test").cname("mx2.other.test", "mx.other.test").sign("other.test");

        // A loop can't be validated to its end, whatever a server makes of it.
        assertThat(dns.tlsa("mx.other.test", 25).host().state()).isIn(State.UNKNOWN, State.BOGUS);
    }

    @Test
    void takesNoFloodOfRecords() {
        for (int i = 0; i < 51; i++) {
            internet.tlsa("mx.example.test", 25, 3, 1, 1, "%064x".formatted(i));
        }

        assertThat(dns.tlsa("mx.example.test", 25)).isEqualTo(new Tlsa("mx.example.test",
                Dnssec.unknown("more than 50 TLSA records"), secure(), List.of()));
    }

    private static Dnssec secure() {
        return new Dnssec(State.SECURE, "");
    }

    private TrustAnchors anchors() throws IOException {
        return TrustAnchors.read(Files.writeString(folder.resolve("anchors"), internet.trustAnchor()));
    }

    private SecureDns secureDns(Duration timeout, Clock clock) throws IOException {
        return new SecureDns(List.of(internet.address()), timeout, 1, anchors(), clock);
    }
}
