package dev.postern.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.observation.DnsAnswer;
import dev.postern.testbed.AuthoritativeDns;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsTest {

    private final AuthoritativeDns internet = AuthoritativeDns.start();
    private final Dns dns = new Dns(List.of(internet.address()), Duration.ofMillis(300), 2);

    @AfterEach
    void stop() {
        internet.close();
    }

    @Test
    void readsTextAsOneStringForEachRecord() {
        internet.txt("_mta-sts.example.test", "v=STSv1; id=20260101;", "x".repeat(300));

        assertThat(dns.txt("_mta-sts.example.test")).isInstanceOfSatisfying(DnsAnswer.Found.class, found -> {
            assertThat(found.values()).containsExactlyInAnyOrder("v=STSv1; id=20260101;", "x".repeat(300));
            assertThat(found.ttl()).isEqualTo(1);
        });
    }

    @Test
    void takesNoControlCharacterFromOutside() {
        internet.txt("_mta-sts.example.test", "v=STSv1;\u0000\u001b[2J \"q\" \\ é");

        assertThat(dns.txt("_mta-sts.example.test")).isEqualTo(
                new DnsAnswer.Found(List.of("v=STSv1;\uFFFD\uFFFD[2J \"q\" \\ é"), 1));
    }

    @Test
    void followsAliasesToText() {
        internet.cname("_mta-sts.example.test", "one.provider.test").cname("one.provider.test", "two.provider.test")
                .txt("two.provider.test", "v=STSv1; id=1;");

        assertThat(dns.txt("_mta-sts.example.test")).isEqualTo(new DnsAnswer.Found(List.of("v=STSv1; id=1;"), 1));
    }

    @Test
    void givesUpOnALoopOfAliases() {
        internet.cname("a.test", "b.test").cname("b.test", "a.test");

        assertThat(dns.txt("a.test")).isInstanceOfSatisfying(DnsAnswer.Unknown.class,
                unknown -> assertThat(unknown.why()).contains("aliases"));
    }

    @Test
    void givesUpOnAnEndlessChainOfAliases() {
        for (int i = 0; i < 20; i++) {
            internet.cname("n" + i + ".test", "n" + (i + 1) + ".test");
        }
        internet.txt("n20.test", "reached");

        assertThat(dns.txt("n0.test")).isInstanceOf(DnsAnswer.Unknown.class);
        assertThat(dns.txt("n13.test")).isEqualTo(new DnsAnswer.Found(List.of("reached"), 1));
    }

    @Test
    void readsAnAliasItself() {
        internet.cname("mta-sts.example.test", "Token.MTA-STS.postern.test").a("mta-sts.other.test", "127.0.0.1");

        assertThat(dns.cname("mta-sts.example.test"))
                .isEqualTo(new DnsAnswer.Found(List.of("token.mta-sts.postern.test"), 1));
        assertThat(dns.cname("mta-sts.other.test")).isEqualTo(new DnsAnswer.Absent("NODATA"));
    }

    @Test
    void ordersMailServersByPreference() {
        internet.mx("example.test", 20, "B.mx.test").mx("example.test", 10, "C.mx.test")
                .mx("example.test", 20, "a.mx.test");

        assertThat(dns.mx("example.test"))
                .isEqualTo(new DnsAnswer.Found(List.of("c.mx.test", "a.mx.test", "b.mx.test"), 1));
    }

    @Test
    void knowsTheNullMx() {
        internet.mx("example.test", 0, ".");

        assertThat(dns.mx("example.test")).isEqualTo(new DnsAnswer.Found(List.of("."), 1));
    }

    @Test
    void findsAddressesOfBothFamilies() {
        internet.a("both.test", "192.0.2.1", "2001:db8::1").a("four.test", "192.0.2.1").mx("none.test", 1, "x.test")
                .cname("alias.test", "four.test");

        assertThat(dns.addresses("both.test")).isEqualTo(new Addresses.Found(
                List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"))));
        assertThat(dns.addresses("four.test")).isEqualTo(new Addresses.Found(
                List.of(InetAddress.ofLiteral("192.0.2.1"))));
        assertThat(dns.addresses("alias.test")).isEqualTo(dns.addresses("four.test"));
        assertThat(dns.addresses("none.test")).isEqualTo(new Addresses.None("NODATA"));
        assertThat(dns.addresses("nowhere.test")).isEqualTo(new Addresses.None("NXDOMAIN"));

        internet.servfail("both.test");
        assertThat(dns.addresses("both.test")).isEqualTo(new Addresses.Unknown("the DNS server answered SERVFAIL"));
    }

    @Test
    void givesAddressesAsLiteralsForTheRecord() {
        internet.a("both.test", "2001:db8::1", "192.0.2.1").ttl("both.test", 7200).cname("alias.test", "both.test");

        assertThat(dns.addressAnswer("both.test"))
                .isEqualTo(new DnsAnswer.Found(List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1"), 7200));
        assertThat(dns.addressAnswer("alias.test")).as("the alias' own TTL")
                .isEqualTo(new DnsAnswer.Found(List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1"), 1));
        assertThat(dns.addressAnswer("nowhere.test")).isEqualTo(new DnsAnswer.Absent("NXDOMAIN"));
        internet.servfail("both.test", "AAAA");
        assertThat(dns.addressAnswer("both.test")).isEqualTo(new DnsAnswer.Found(List.of("192.0.2.1"), 7200));
        internet.servfail("both.test", "A");
        assertThat(dns.addressAnswer("both.test")).isInstanceOf(DnsAnswer.Unknown.class);
    }

    @Test
    void namesAnMxOnceHoweverOftenItStandsThere() {
        internet.mx("example.test", 20, "b.mx.test").mx("example.test", 10, "a.mx.test")
                .mx("example.test", 30, "A.mx.test");

        assertThat(dns.mx("example.test")).isEqualTo(new DnsAnswer.Found(List.of("a.mx.test", "b.mx.test"), 1));
    }

    @Test
    void asksManyQuestionsAtTheSameTime() {
        internet.txt("slow.test", "x").delay("slow.test", Duration.ofMillis(200));
        var patient = new Dns(List.of(internet.address()), Duration.ofSeconds(10), 1);
        // One after the other they would take 40 seconds, and most would have no answer in ten.
        var asked = IntStream.range(0, 200).mapToObj(_ -> CompletableFuture.supplyAsync(() -> patient.txt("slow.test"),
                task -> Thread.ofVirtual().start(task))).toList();

        assertThat(asked).allSatisfy(answer -> assertThat(answer.join())
                .isEqualTo(new DnsAnswer.Found(List.of("x"), 1)));
    }

    @Test
    void tellsThereIsNoneFromCouldNotTell() {
        internet.txt("here.test", "x").txt("broken.test", "x").txt("mute.test", "x");
        internet.servfail("broken.test").silent("mute.test");

        assertThat(dns.txt("nowhere.test")).isEqualTo(new DnsAnswer.Absent("NXDOMAIN"));
        assertThat(dns.mx("here.test")).isEqualTo(new DnsAnswer.Absent("NODATA"));
        assertThat(dns.txt("broken.test"))
                .isEqualTo(new DnsAnswer.Unknown("the DNS server answered SERVFAIL"));
        assertThat(dns.txt("mute.test"))
                .isEqualTo(new DnsAnswer.Unknown("the DNS server did not answer in time"));
        assertThat(internet.questions("mute.test", "TXT")).as("attempts").isEqualTo(2);
    }

    @Test
    void asksOverTcpWhenTheAnswerIsTruncated() {
        internet.txt("big.test", "x".repeat(4000)).truncated("big.test");

        assertThat(dns.txt("big.test")).isEqualTo(new DnsAnswer.Found(List.of("x".repeat(4000)), 1));
        assertThat(internet.questions("big.test", "TXT")).isEqualTo(2);
    }

    @Test
    void asksTheNextServerWhenOneFails() {
        try (var second = AuthoritativeDns.start()) {
            second.txt("example.test", "from the second");
            internet.servfail("example.test");
            var both = new Dns(List.of(internet.address(), second.address()), Duration.ofMillis(300), 1);

            assertThat(both.txt("example.test")).isEqualTo(new DnsAnswer.Found(List.of("from the second"), 1));
        }
    }

    @Test
    void saysThatANameIsNone() {
        assertThat(dns.txt("x".repeat(64) + ".test")).isInstanceOf(DnsAnswer.Unknown.class);
        assertThat(dns.txt("_smtp._tls." + "abcdefghi.".repeat(25) + "test")).isInstanceOf(DnsAnswer.Unknown.class);
    }
}
