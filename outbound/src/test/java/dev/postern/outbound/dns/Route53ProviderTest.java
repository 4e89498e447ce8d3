package dev.postern.outbound.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a double that keeps to the documentation it names, and checks signatures.
class Route53ProviderTest {

    private static final String NAME = "_mta-sts.example.com";

    private final Route53Double amazon = new Route53Double();
    private final DnsProvider provider = provider("example.com", Route53Double.KEY_ID, Route53Double.SECRET);

    Route53ProviderTest() throws IOException {
    }

    @AfterEach
    void stop() {
        amazon.close();
    }

    private DnsProvider provider(String zone, String keyId, String secret) {
        return new Route53Provider(new DnsConnection.Route53("Ours", zone, keyId), secret, amazon.client("Route 53"),
                Clock.systemUTC(), amazon.address());
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
        amazon.keep(NAME, "TXT", "\"beside &amp; <more>\"");
        assertThat(provider.read(NAME)).isEqualTo(texts("beside &amp; <more>"));
        provider.replace(NAME, provider.read(NAME), texts("beside &amp; <more>", "v=STSv1; id=1;"), 300);
        assertThat(amazon.records).containsExactly(new Route53Double.Kept(NAME, "TXT", 300,
                List.of("\"beside &amp; <more>\"", "\"v=STSv1; id=1;\""), ""));
        provider.replace(NAME, provider.read(NAME), OwnerContent.EMPTY, 300);
        assertThat(amazon.records).isEmpty();
        String longText = "v=TLSRPTv1; rua=" + "a".repeat(400) + "\"\\";
        provider.replace(NAME, OwnerContent.EMPTY, texts(longText), 300);
        assertThat(provider.read(NAME)).isEqualTo(texts(longText));
    }

    @Test
    void writesAnAliasAndPutsATextInItsPlace() throws Exception {
        String name = "mta-sts.example.com";
        provider.replace(name, OwnerContent.EMPTY, OwnerContent.aliasOf("one.example.net"), 3600);
        provider.replace(name, OwnerContent.aliasOf("one.example.net"), OwnerContent.aliasOf("two.example.net"), 3600);
        assertThat(provider.read(name)).isEqualTo(OwnerContent.aliasOf("two.example.net"));
        provider.replace(name, OwnerContent.aliasOf("two.example.net"), texts("text"), 300);
        assertThat(provider.read(name)).isEqualTo(texts("text"));
    }

    @Test
    void readsEveryPageAndOnlyTheName() throws Exception {
        amazon.pageSize = 1;
        amazon.keep(NAME, "A", "192.0.2.1");
        amazon.keep(NAME, "TXT", "\"a\"", "\"oct\\141l\"");
        amazon.keep("www." + NAME, "TXT", "\"not this\"");
        amazon.keep("example.com", "TXT", "\"nor this\"");
        assertThat(provider.read(NAME).texts()).containsExactly("a", "octal");
        assertThat(provider.read(NAME).addresses()).isTrue();
    }

    @Test
    void overwritesNothingThatWasChangedInBetween() {
        amazon.keep(NAME, "TXT", "\"theirs\"");
        fails(() -> provider.replace(NAME, OwnerContent.EMPTY, texts("ours"), 300), DnsProblem.Kind.CHANGED, NAME);
        amazon.keep("mta-sts.example.com", "MX", "10 mail.example.net");
        fails(() -> provider.replace("mta-sts.example.com", new OwnerContent(java.util.Optional.empty(), List.of(), true),
                OwnerContent.aliasOf("x.example.net"), 300), DnsProblem.Kind.CHANGED, "mta-sts.example.com");
        assertThat(amazon.records).hasSize(2);
    }

    @Test
    void leavesRecordsWithARoutingPolicyAlone() {
        amazon.records.add(new Route53Double.Kept(NAME, "TXT", 60, List.of("\"a\""),
                "<SetIdentifier>one</SetIdentifier><Weight>1</Weight>"));
        fails(() -> provider.read(NAME), DnsProblem.Kind.REFUSED, "routing policy");
    }

    @Test
    void aTestChangesNothingAndAsksForTheRightToWrite() throws Exception {
        provider.test();
        assertThat(amazon.records).isEmpty();
        amazon.readOnly = true;
        fails(provider::test, DnsProblem.Kind.NOT_ALLOWED, "route53:ChangeResourceRecordSets");
    }

    @Test
    void saysWhatIsWrongWithTheKeyOrTheZone() {
        fails(provider("example.com", "AKIAOTHEROTHEROTHER", "x".repeat(40))::test, DnsProblem.Kind.CREDENTIALS,
                "AKIAOTHEROTHEROTHER");
        fails(provider("example.com", Route53Double.KEY_ID, "x".repeat(40))::test, DnsProblem.Kind.CREDENTIALS,
                "secret access key");
        fails(provider("example.net", Route53Double.KEY_ID, Route53Double.SECRET)::test, DnsProblem.Kind.ZONE,
                "no public hosted zone example.net");
        amazon.zones.add(new Route53Double.Zone("Z9TWICE", "example.com.", false));
        amazon.pageSize = 1;
        fails(provider::test, DnsProblem.Kind.ZONE, "2 public hosted zones");
    }

    @Test
    void leavesAPauseThatIsAskedFor() {
        amazon.failing(Route53Double.error(400, "Throttling", "Rate exceeded"));
        fails(() -> provider.read(NAME), DnsProblem.Kind.BUSY, "pause");
        amazon.failing(Route53Double.error(400, "PriorRequestNotComplete", "still at it"));
        fails(() -> provider.read(NAME), DnsProblem.Kind.BUSY, "pause");
    }

    @Test
    void survivesWhatIsNoAnswer() {
        for (String odd : List.of("", "{}", "<a", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>",
                "<a/>")) {
            amazon.failing(new ApiDouble.Reply(200, "text/xml", odd));
            assertThatThrownBy(() -> provider.read(NAME)).as(odd).isInstanceOf(DnsProblem.class);
        }
        amazon.failing(new ApiDouble.Reply(503, "text/html", "Slow down"));
        fails(() -> provider.read(NAME), DnsProblem.Kind.UNREACHABLE, "503");
        amazon.close();
        fails(() -> provider.read(NAME), DnsProblem.Kind.UNREACHABLE, "can't be reached");
    }
}
