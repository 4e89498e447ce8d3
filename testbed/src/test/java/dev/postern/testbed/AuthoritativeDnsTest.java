package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

class AuthoritativeDnsTest {

    private AuthoritativeDns dns;

    @BeforeEach
    void start() {
        dns = AuthoritativeDns.start();
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void answersWhatItWasGivenAndSeesEditsAtOnce() throws IOException {
        dns.txt("_mta-sts.example.test", "v=STSv1; id=1;");
        assertThat(rdata(ask("_mta-sts.example.test", Type.TXT))).containsExactly("\"v=STSv1; id=1;\"");

        dns.txt("_mta-sts.example.test", "v=STSv1; id=2;");
        assertThat(rdata(ask("_MTA-STS.Example.test", Type.TXT))).containsExactly("\"v=STSv1; id=2;\"");

        dns.remove("_mta-sts.example.test", "TXT");
        assertThat(ask("_mta-sts.example.test", Type.TXT).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void splitsALongTextAndKeepsEveryByte() throws IOException {
        String text = "quote \" backslash \\ umlaut ü " + "x".repeat(300);
        dns.txt("long.test", text);

        var record = (TXTRecord) ask("long.test", Type.TXT).getSection(Section.ANSWER).getFirst();
        var joined = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(joined::writeBytes);
        assertThat(record.getStringsAsByteArrays()).hasSize(2);
        assertThat(joined.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void addsMxRecordsAndSeparatesTheAddressFamilies() throws IOException {
        dns.mx("example.test", 20, "b.example.test").mx("example.test", 10, "a.example.test");
        dns.a("a.example.test", "127.0.0.1", "::1");

        assertThat(rdata(ask("example.test", Type.MX)))
                .containsExactlyInAnyOrder("10 a.example.test.", "20 b.example.test.");
        assertThat(rdata(ask("a.example.test", Type.A))).containsExactly("127.0.0.1");
        assertThat(rdata(ask("a.example.test", Type.AAAA))).containsExactly("0:0:0:0:0:0:0:1");
    }

    @Test
    void tellsANameThatDoesNotExistFromOneWithoutSuchARecord() throws IOException {
        dns.txt("_smtp._tls.example.test", "v=TLSRPTv1; rua=mailto:a@b.test");

        assertThat(ask("nothing.example.test", Type.TXT).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        for (String existing : List.of("_smtp._tls.example.test", "_tls.example.test", "example.test")) {
            Message noData = ask(existing, Type.MX);
            assertThat(noData.getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(noData.getSection(Section.ANSWER)).isEmpty();
            assertThat(noData.getSection(Section.AUTHORITY)).extracting(Record::getType).containsExactly(Type.SOA);
        }
    }

    @Test
    void followsAliasesAndAnswersTheAliasItself() throws IOException {
        dns.cname("one.test", "two.test").cname("two.test", "three.test").txt("three.test", "here");

        assertThat(ask("one.test", Type.TXT).getSection(Section.ANSWER)).extracting(Record::getType)
                .containsExactly(Type.CNAME, Type.CNAME, Type.TXT);
        assertThat(rdata(ask("one.test", Type.CNAME))).containsExactly("two.test.");

        dns.remove("three.test", "TXT");
        assertThat(ask("one.test", Type.TXT).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void endsALoopOfAliases() throws IOException {
        dns.cname("one.test", "two.test").cname("two.test", "one.test");

        assertThat(ask("one.test", Type.TXT).getSection(Section.ANSWER)).hasSize(2);
    }

    @Test
    void failsOnlyForTheNameInFault() throws IOException {
        dns.txt("bad.test", "x").txt("good.test", "y").cname("alias.test", "bad.test").servfail("bad.test");

        assertThat(ask("bad.test", Type.TXT).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(ask("alias.test", Type.TXT).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(ask("good.test", Type.TXT).getRcode()).isEqualTo(Rcode.NOERROR);

        dns.healthy("bad.test");
        assertThat(rdata(ask("bad.test", Type.TXT))).containsExactly("x");
    }

    @Test
    void staysSilentForTheNameInFault() throws IOException {
        dns.txt("mute.test", "x").txt("loud.test", "y").silent("mute.test");

        assertThatThrownBy(() -> ask("mute.test", Type.TXT)).isInstanceOf(IOException.class);
        assertThat(rdata(ask("loud.test", Type.TXT))).containsExactly("y");
        assertThat(dns.questions("mute.test", "TXT")).isEqualTo(1);
    }

    @Test
    void truncatesOverUdpOnly() throws IOException {
        dns.txt("big.test", "x").truncated("big.test");

        Message overUdp = resolver(true).send(query("big.test", Type.TXT));
        assertThat(overUdp.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(overUdp.getSection(Section.ANSWER)).isEmpty();

        assertThat(rdata(ask("big.test", Type.TXT))).containsExactly("x");
        assertThat(dns.questions("big.test", "TXT")).isEqualTo(3);
    }

    @Test
    void truncatesWhatDoesNotFitIntoADatagram() throws IOException {
        var texts = new String[20];
        Arrays.setAll(texts, i -> i + "x".repeat(200));
        dns.txt("huge.test", texts);

        assertThat(resolver(true).send(query("huge.test", Type.TXT)).getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(ask("huge.test", Type.TXT).getSection(Section.ANSWER)).hasSize(20);
    }

    @Test
    void sendsOneRecordOfSeveralStringsAndSeveralRecords() throws IOException {
        dns.txtStrings("one.test", "v=STSv1; ", "id=1;").txt("two.test", "a", "b");

        assertThat(rdata(ask("one.test", Type.TXT))).containsExactly("\"v=STSv1; \" \"id=1;\"");
        assertThat(rdata(ask("two.test", Type.TXT))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void givesANameItsOwnTtl() throws IOException {
        dns.txt("slow.test", "x").ttl("slow.test", 172_800).mx("slow.test", 10, "mx.slow.test").txt("fast.test", "x");

        assertThat(ask("slow.test", Type.TXT).getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(172_800);
        assertThat(ask("slow.test", Type.MX).getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(172_800);
        assertThat(ask("fast.test", Type.TXT).getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(1);
    }

    @Test
    void keepsTlsaRecordsAtThePortOfTheHost() throws IOException {
        dns.tlsa("mx.test", 25, 3, 1, 1, "00ff").tlsa("mx.test", 25, 2, 0, 2, "aa");

        assertThat(rdata(ask("_25._tcp.mx.test", Type.TLSA))).containsExactlyInAnyOrder("3 1 1 00FF", "2 0 2 AA");
        dns.removeTlsa("mx.test", 25);
        assertThat(ask("_25._tcp.mx.test", Type.TLSA).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void failsForOneTypeOnly() throws IOException {
        dns.a("host.test", "127.0.0.1").servfail("host.test", "AAAA").refused("other.test");

        assertThat(ask("host.test", Type.AAAA).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(rdata(ask("host.test", Type.A))).containsExactly("127.0.0.1");
        assertThat(ask("other.test", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void answersManyDelayedQuestionsAtTheSameTime() {
        dns.a("host.test", "127.0.0.1").delay(Duration.ofMillis(400));
        // One after the other they would take minutes, and time out.
        var asked = IntStream.range(0, 500).mapToObj(_ -> {
            var resolver = resolver(false);
            resolver.setTimeout(Duration.ofSeconds(20));
            return resolver.sendAsync(query("host.test", Type.A)).toCompletableFuture();
        }).toList();

        assertThat(asked).allSatisfy(answer -> assertThat(rdata(answer.join())).containsExactly("127.0.0.1"));
        assertThat(dns.questions("host.test", "A")).isGreaterThanOrEqualTo(500);
        assertThat(dns.questions()).isGreaterThanOrEqualTo(500);
        assertThat(dns.forgetQuestions().questions()).isZero();
    }

    @Test
    void holdsTheNamesOfThousandsOfDomains() throws IOException {
        for (int domain = 0; domain < 2000; domain++) {
            for (int name = 0; name < 40; name++) {
                dns.txt("n" + name + ".d" + domain + ".test", "x");
            }
        }

        for (int domain = 0; domain < 2000; domain += 100) {
            assertThat(ask("d" + domain + ".test", Type.TXT).getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(ask("n40.d" + domain + ".test", Type.TXT).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(rdata(ask("n39.d" + domain + ".test", Type.TXT))).containsExactly("x");
        }
    }

    private Message ask(String name, int type) throws IOException {
        return resolver(false).send(query(name, type));
    }

    private SimpleResolver resolver(boolean keepTruncated) {
        var resolver = new SimpleResolver(dns.address());
        resolver.setTimeout(Duration.ofMillis(500));
        resolver.setIgnoreTruncation(keepTruncated);
        return resolver;
    }

    private static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(Names.of(name), type, DClass.IN));
    }

    private static List<String> rdata(Message answer) {
        return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }
}
