package dev.postern.outbound.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import dev.postern.dnsrecord.TsigAlgorithm;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.Resolver;
import dev.postern.testbed.BindServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against BIND 9.
class Rfc2136ProviderTest {

    private static final String ZONE = "example.test";
    private static final Destinations ANYWHERE = new Destinations(Resolver.system(), true);
    private static BindServer bind;

    @BeforeAll
    static void start(@TempDir Path folder) {
        assumeTrue(BindServer.installed().isPresent(), "BIND 9 is not installed on this machine: on Debian, apt install bind9");
        bind = BindServer.start(folder, ZONE);
    }

    @AfterAll
    static void stop() {
        if (bind != null) {
            bind.close();
        }
    }

    private static DnsProvider as(String key) {
        return provider(ZONE, key, bind.secret(key), TsigAlgorithm.HMAC_SHA256, "127.0.0.1", bind.port(), ANYWHERE);
    }

    private static DnsProvider provider(String zone, String key, String secret, TsigAlgorithm algorithm, String host,
                                        int port, Destinations destinations) {
        return new Rfc2136Provider(new DnsConnection.Rfc2136("Ours", zone, host, port, key, algorithm), secret, destinations,
                Duration.ofSeconds(5));
    }

    private static OwnerContent texts(String... texts) {
        return OwnerContent.ofTexts(List.of(texts));
    }

    private static void fails(ThrowingCallable work, DnsProblem.Kind kind, String words) {
        assertThatThrownBy(work).isInstanceOfSatisfying(DnsProblem.class,
                problem -> assertThat(problem.kind()).as(problem.getMessage()).isEqualTo(kind)).hasMessageContaining(words);
    }

    @Test
    void writesReplacesAndTakesAway() throws Exception {
        String name = "_mta-sts.replaced." + ZONE;
        DnsProvider provider = as(BindServer.WRITER);
        assertThat(provider.read(name)).isEqualTo(OwnerContent.EMPTY);
        provider.replace(name, OwnerContent.EMPTY, texts("v=STSv1; id=1;"), 300);
        assertThat(bind.txt(name)).containsExactly("v=STSv1; id=1;");
        assertThat(bind.ttl(name)).isEqualTo(300);
        assertThat(provider.read(name)).isEqualTo(texts("v=STSv1; id=1;"));
        provider.replace(name, texts("v=STSv1; id=1;"), texts("v=STSv1; id=2;"), 60);
        assertThat(bind.txt(name)).containsExactly("v=STSv1; id=2;");
        assertThat(bind.ttl(name)).isEqualTo(60);
        provider.replace(name, texts("v=STSv1; id=2;"), OwnerContent.EMPTY, 60);
        assertThat(bind.txt(name)).isEmpty();
    }

    @Test
    void writesTextsLongerThanAStringAndKeepsWhatIsBeside() throws Exception {
        String name = "long." + ZONE;
        String text = "v=TLSRPTv1; rua=mailto:" + "a".repeat(300) + "@example.test, \"quoted\" and \\ more";
        bind.put(ZONE, name, "TXT", "\"beside\"", "\"two \" \"strings\"");
        bind.put(ZONE, name, "A", "192.0.2.1");
        DnsProvider provider = as(BindServer.WRITER);
        assertThat(provider.read(name).texts()).containsExactlyInAnyOrder("beside", "two strings");
        assertThat(provider.read(name).addresses()).isTrue();
        provider.replace(name, provider.read(name), texts("beside", "two strings", text), 300);
        assertThat(provider.read(name).texts()).containsExactlyInAnyOrder("beside", "two strings", text);
        assertThat(provider.read(name).addresses()).isTrue();
    }

    @Test
    void writesAnAliasAndPutsATextInItsPlace() throws Exception {
        String name = "mta-sts.alias." + ZONE;
        DnsProvider provider = as(BindServer.WRITER);
        provider.replace(name, OwnerContent.EMPTY, OwnerContent.aliasOf("one.example.net"), 300);
        assertThat(bind.cname(name)).contains("one.example.net");
        provider.replace(name, OwnerContent.aliasOf("one.example.net"), OwnerContent.aliasOf("two.example.net"), 300);
        assertThat(provider.read(name)).isEqualTo(OwnerContent.aliasOf("two.example.net"));
        provider.replace(name, OwnerContent.aliasOf("two.example.net"), texts("text"), 300);
        assertThat(bind.cname(name)).isEmpty();
        assertThat(bind.txt(name)).containsExactly("text");
    }

    @Test
    void overwritesNothingThatWasChangedInBetween() throws Exception {
        String name = "_mta-sts.race." + ZONE;
        DnsProvider provider = as(BindServer.WRITER);
        bind.put(ZONE, name, "TXT", "\"theirs\"");
        fails(() -> provider.replace(name, OwnerContent.EMPTY, texts("ours"), 300), DnsProblem.Kind.CHANGED, name);
        fails(() -> provider.replace(name, texts("before"), texts("ours"), 300), DnsProblem.Kind.CHANGED, name);
        fails(() -> provider.replace(name, OwnerContent.aliasOf("x.example.net"), texts("ours"), 300),
                DnsProblem.Kind.CHANGED, name);
        fails(() -> provider.replace(name, OwnerContent.EMPTY, OwnerContent.aliasOf("x.example.net"), 300),
                DnsProblem.Kind.CHANGED, name);
        assertThat(bind.txt(name)).containsExactly("theirs");
        bind.put(ZONE, "mta-sts.race." + ZONE, "MX", "10 mail.example.net.");
        fails(() -> provider.replace("mta-sts.race." + ZONE, OwnerContent.EMPTY, OwnerContent.aliasOf("x.example.net"), 300),
                DnsProblem.Kind.CHANGED, "mta-sts.race");
    }

    @Test
    void aTestChangesNothing() throws Exception {
        long serial = bind.serial(ZONE);
        as(BindServer.WRITER).test();
        as(BindServer.NARROW).test();
        assertThat(bind.serial(ZONE)).isEqualTo(serial);
    }

    @Test
    void theNarrowKeyDoesAllThatIsNeededAndNoMore() throws Exception {
        DnsProvider provider = as(BindServer.NARROW);
        provider.replace("_mta-sts." + ZONE, OwnerContent.EMPTY, texts("v=STSv1; id=1;"), 300);
        provider.replace("_smtp._tls." + ZONE, OwnerContent.EMPTY, texts("v=TLSRPTv1; rua=mailto:a@b.test"), 300);
        provider.replace("mta-sts." + ZONE, OwnerContent.EMPTY, OwnerContent.aliasOf("x.example.net"), 300);
        assertThat(bind.txt("_mta-sts." + ZONE)).hasSize(1);
        fails(() -> provider.replace("www." + ZONE, OwnerContent.EMPTY, OwnerContent.aliasOf("x.example.net"), 300),
                DnsProblem.Kind.NOT_ALLOWED, "update-policy");
    }

    @Test
    void saysWhatIsWrongWithTheKey() {
        fails(as(BindServer.STRANGER)::test, DnsProblem.Kind.NOT_ALLOWED, "does not allow the key stranger");
        fails(provider(ZONE, BindServer.WRITER, bind.secret(BindServer.NARROW), TsigAlgorithm.HMAC_SHA256, "127.0.0.1",
                bind.port(), ANYWHERE)::test, DnsProblem.Kind.CREDENTIALS, "with another secret");
        fails(provider(ZONE, "nobody", bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256, "127.0.0.1",
                bind.port(), ANYWHERE)::test, DnsProblem.Kind.CREDENTIALS, "does not know the key nobody");
        fails(provider(ZONE, BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA512, "127.0.0.1",
                bind.port(), ANYWHERE)::test, DnsProblem.Kind.CREDENTIALS, "hmac-sha512");
    }

    @Test
    void saysThatTheZoneIsElsewhere() {
        var other = provider("other.test", BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256,
                "127.0.0.1", bind.port(), ANYWHERE);
        assertThatThrownBy(other::test).isInstanceOfSatisfying(DnsProblem.class, problem ->
                assertThat(problem.kind()).isIn(DnsProblem.Kind.ZONE, DnsProblem.Kind.NOT_ALLOWED));
        fails(() -> as(BindServer.WRITER).read("_mta-sts.other.test"), DnsProblem.Kind.ZONE, "is not in the zone");
        bind.put(ZONE, "sub." + ZONE, "NS", "ns.elsewhere.test.");
        fails(() -> as(BindServer.WRITER).read("_mta-sts.sub." + ZONE), DnsProblem.Kind.ZONE, "no authority");
    }

    @Test
    void saysThatNobodyAnswersOrMayBeAsked() {
        fails(provider(ZONE, BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256, "127.0.0.1",
                freePort(), ANYWHERE)::test, DnsProblem.Kind.UNREACHABLE, "does not answer at port");
        fails(provider(ZONE, BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256, "127.0.0.1",
                bind.port(), new Destinations(Resolver.system(), false))::test, DnsProblem.Kind.NOT_PUBLIC, "private network");
        fails(provider(ZONE, BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256,
                "ns.invalid", bind.port(), ANYWHERE)::test, DnsProblem.Kind.HOST_UNKNOWN, "ns.invalid");
    }

    /// Whoever stands in between can answer as he likes, but not with the key's signature.
    @Test
    void believesNoAnswerWithoutTheKeysSignature() throws Exception {
        try (var liar = UnsignedDns.start()) {
            var provider = provider(ZONE, BindServer.WRITER, bind.secret(BindServer.WRITER), TsigAlgorithm.HMAC_SHA256,
                    "127.0.0.1", liar.port(), ANYWHERE);
            fails(() -> provider.read("_mta-sts." + ZONE), DnsProblem.Kind.CREDENTIALS, "without the key's signature");
        }
    }

    @Test
    void comesBackWithTheServer(@TempDir Path folder) {
        try (var other = BindServer.start(folder, "back.test")) {
            var provider = provider("back.test", BindServer.WRITER, other.secret(BindServer.WRITER),
                    TsigAlgorithm.HMAC_SHA256, "127.0.0.1", other.port(), ANYWHERE);
            assertThatCode(() -> provider.replace("_mta-sts.back.test", OwnerContent.EMPTY, texts("kept"), 300))
                    .doesNotThrowAnyException();
            other.stop();
            fails(provider::test, DnsProblem.Kind.UNREACHABLE, "does not answer");
            other.start();
            assertThatCode(provider::test).doesNotThrowAnyException();
            assertThat(other.txt("_mta-sts.back.test")).containsExactly("kept");
        }
    }

    private static int freePort() {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (java.io.IOException none) {
            throw new IllegalStateException(none);
        }
    }

    @Test
    void aConnectionIsReadFromWhatSomebodyEntered() {
        var entry = new DnsConnection.Entry(DnsConnection.Kind.RFC2136, " Ours ", "Example.Test.", "2001:DB8::1", 53,
                "Writer.", "HMAC-SHA512", bind.secret(BindServer.WRITER));
        assertThat(entry.parse().asOptional()).isEqualTo(Optional.of(new DnsConnection.Rfc2136("Ours", "example.test",
                "2001:db8::1", 53, "writer.", TsigAlgorithm.HMAC_SHA512)));
        assertThat(entry.toString()).doesNotContain(bind.secret(BindServer.WRITER));
    }
}
