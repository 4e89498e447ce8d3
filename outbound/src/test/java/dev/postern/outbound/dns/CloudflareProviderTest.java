package dev.postern.outbound.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a double that keeps to the documentation it names.
class CloudflareProviderTest {

    private static final String NAME = "_mta-sts.example.com";

    private final CloudflareDouble cloudflare = new CloudflareDouble();
    private final DnsProvider provider = provider("example.com", CloudflareDouble.TOKEN);

    CloudflareProviderTest() throws IOException {
    }

    @AfterEach
    void stop() {
        cloudflare.close();
    }

    private DnsProvider provider(String zone, String token) {
        return new CloudflareProvider(new DnsConnection.Cloudflare("Ours", zone), token, cloudflare.client("Cloudflare"),
                cloudflare.address());
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
        cloudflare.keep("TXT", NAME, "unquoted beside");
        assertThat(provider.read(NAME)).isEqualTo(texts("unquoted beside"));
        provider.replace(NAME, texts("unquoted beside"), texts("unquoted beside", "v=STSv1; id=1;"), 300);
        assertThat(cloudflare.records).extracting(CloudflareDouble.Kept::content)
                .containsExactly("unquoted beside", "\"v=STSv1; id=1;\"");
        assertThat(cloudflare.records.getLast().ttl()).isEqualTo(300);
        assertThat(provider.read(NAME)).isEqualTo(texts("unquoted beside", "v=STSv1; id=1;"));
        String kept = cloudflare.records.getFirst().id();
        provider.replace(NAME, provider.read(NAME), texts("unquoted beside", "v=STSv1; id=2;"), 300);
        assertThat(provider.read(NAME)).isEqualTo(texts("unquoted beside", "v=STSv1; id=2;"));
        assertThat(cloudflare.records.getFirst().id()).as("what stays is not touched").isEqualTo(kept);
        provider.replace(NAME, provider.read(NAME), OwnerContent.EMPTY, 300);
        assertThat(cloudflare.records).isEmpty();
    }

    @Test
    void writesLongTextsAndAliasesThatAreNotProxied() throws Exception {
        String longText = "v=TLSRPTv1; rua=" + "a".repeat(400) + "\"\\";
        provider.replace("_smtp._tls.example.com", OwnerContent.EMPTY, texts(longText), 3600);
        assertThat(cloudflare.records.getFirst().content()).matches("\"[^\"]{255}\" \".*\"");
        assertThat(provider.read("_smtp._tls.example.com")).isEqualTo(texts(longText));
        provider.replace("mta-sts.example.com", OwnerContent.EMPTY, OwnerContent.aliasOf("one.example.net"), 3600);
        provider.replace("mta-sts.example.com", OwnerContent.aliasOf("one.example.net"),
                OwnerContent.aliasOf("two.example.net"), 3600);
        assertThat(provider.read("mta-sts.example.com")).isEqualTo(OwnerContent.aliasOf("two.example.net"));
        assertThat(cloudflare.records).noneMatch(CloudflareDouble.Kept::proxied);
    }

    @Test
    void readsEveryPage() throws Exception {
        cloudflare.pageSize = 2;
        for (int i = 0; i < 5; i++) {
            cloudflare.keep("TXT", NAME, "\"text " + i + "\"");
        }
        cloudflare.keep("A", NAME, "192.0.2.1");
        OwnerContent content = provider.read(NAME);
        assertThat(content.texts()).hasSize(5);
        assertThat(content.addresses()).isTrue();
    }

    @Test
    void overwritesNothingThatWasChangedInBetween() {
        cloudflare.keep("TXT", NAME, "\"theirs\"");
        fails(() -> provider.replace(NAME, OwnerContent.EMPTY, texts("ours"), 300), DnsProblem.Kind.CHANGED, NAME);
        cloudflare.keep("A", "mta-sts.example.com", "192.0.2.1");
        fails(() -> provider.replace("mta-sts.example.com", OwnerContent.EMPTY, OwnerContent.aliasOf("x.example.net"), 300),
                DnsProblem.Kind.CHANGED, "mta-sts.example.com");
        assertThat(cloudflare.records).hasSize(2);
    }

    @Test
    void aTestChangesNothingAndAsksForTheRightToWrite() throws Exception {
        cloudflare.keep("TXT", NAME, "\"kept\"");
        provider.test();
        assertThat(cloudflare.records).hasSize(1);
        cloudflare.readOnly = true;
        fails(provider::test, DnsProblem.Kind.NOT_ALLOWED, "Zone / DNS / Edit");
    }

    @Test
    void saysWhatIsWrongWithTheToken() {
        fails(provider("example.com", "a-token-that-was-revoked")::test, DnsProblem.Kind.NOT_ALLOWED, "Invalid access token");
        fails(provider("example.com", "short")::test, DnsProblem.Kind.CREDENTIALS, "refuses the token");
        fails(provider("example.org", CloudflareDouble.TOKEN)::test, DnsProblem.Kind.ZONE, "no zone example.org");
        fails(() -> provider.read("_mta-sts.example.org"), DnsProblem.Kind.ZONE, "not in the zone");
    }

    @Test
    void leavesAPauseThatIsAskedFor() {
        cloudflare.failing(new ApiDouble.Reply(429, "application/json", "{}", Map.of("Retry-After", "240")));
        assertThatThrownBy(() -> provider.read(NAME)).isInstanceOfSatisfying(DnsProblem.class, problem -> {
            assertThat(problem.kind()).isEqualTo(DnsProblem.Kind.BUSY);
            assertThat(problem.pause()).isEqualTo(Optional.of(Duration.ofSeconds(240)));
        });
        cloudflare.working();
        fails(() -> provider.read("_mta-sts.example.com.evil.test"), DnsProblem.Kind.ZONE, "not in the zone");
    }

    @Test
    void survivesWhatIsNoAnswer() {
        for (String odd : List.of("", "null", "[]", "{\"success\":true,\"result\":7}", "<html>", "{\"success\":true,"
                + "\"result\":[{\"id\":\"../../user\",\"name\":\"example.com\"}]}")) {
            cloudflare.failing(new ApiDouble.Reply(200, "application/json", odd));
            assertThatThrownBy(() -> provider.read(NAME)).as(odd).isInstanceOf(DnsProblem.class);
        }
        cloudflare.failing(new ApiDouble.Reply(200, "application/json", "x".repeat(5 * 1024 * 1024)));
        fails(() -> provider.read(NAME), DnsProblem.Kind.UNREACHABLE, "can't be reached");
        cloudflare.failing(new ApiDouble.Reply(502, "text/html", "Bad gateway"));
        fails(() -> provider.read(NAME), DnsProblem.Kind.UNREACHABLE, "502");
        cloudflare.failing(new ApiDouble.Reply(302, "text/html", "", Map.of("Location", "http://127.0.0.1:1/")));
        fails(() -> provider.read(NAME), DnsProblem.Kind.REFUSED, "not its interface");
        cloudflare.close();
        fails(() -> provider.read(NAME), DnsProblem.Kind.UNREACHABLE, "can't be reached");
    }

    @Test
    void theTokenStaysOutOfWords() {
        cloudflare.readOnly = true;
        assertThatThrownBy(provider::test).hasMessageNotContaining(CloudflareDouble.TOKEN);
    }
}
