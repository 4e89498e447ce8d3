package dev.postern.policyhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.servers.TestServers;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyHostTest {

    private static final String BODY = "version: STSv1\r\nmode: testing\r\nmx: mx.example.test\r\nmax_age: 86400\r\n";
    private static Publisher publisher;
    private static PolicyHost host;
    private static Http http;

    @BeforeAll
    static void start() throws Exception {
        publisher = new Publisher(TestServers.kafka()).createTopic();
        publisher.publish("example.test", BODY);
        host = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, TestServers.kafka(), Set.of()));
        http = new Http(host.port());
        http.await("mta-sts.example.test", answer -> answer.status() == 200);
        http.await("mta-sts.nowhere.test", answer -> answer.status() == 404);
    }

    @AfterAll
    static void stop() {
        host.close();
        publisher.close();
    }

    @Test
    void servesThePolicyExactlyAsPublished() throws Exception {
        var answer = http.policy("mta-sts.example.test");

        assertThat(answer.body()).isEqualTo(BODY);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(BODY.length()));
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.head()).doesNotContainIgnoringCase("jetty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MTA-STS.Example.Test", "mta-sts.example.test.", "mta-sts.example.test:443",
            "mta-sts.example.test.:8081"})
    void knowsTheHostHoweverItIsWritten(String written) throws Exception {
        assertThat(http.policy(written).body()).isEqualTo(BODY);
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        var answer = http.request("HEAD", "mta-sts.example.test", PolicyHandler.POLICY_PATH);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(BODY.length()));
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void speaksHttp10() throws Exception {
        var answer = http.send("GET /.well-known/mta-sts.txt HTTP/1.0\r\nHost: mta-sts.example.test\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(BODY);
    }

    @Test
    void followsWhatIsPublishedReplacedAndWithdrawn() throws Exception {
        assertThat(http.policy("mta-sts.new.test").status()).isEqualTo(404);

        publisher.publish("new.test", "first");
        http.await("mta-sts.new.test", answer -> answer.body().equals("first"));
        publisher.publish("new.test", "second, and longer");
        http.await("mta-sts.new.test", answer -> answer.body().equals("second, and longer"));
        publisher.withdraw("new.test");
        http.await("mta-sts.new.test", answer -> answer.status() == 404);
    }

    @Test
    void goesOnAfterRecordsThatAreNoPolicies() throws Exception {
        publisher.publish("kept.test", "kept");
        publisher.publish(new byte[]{(byte) 0xff, 0}, new byte[]{1});
        publisher.publish("no domain/../".getBytes(), new byte[]{1});
        publisher.publish("kept.test", "");
        publisher.publish("kept.test", "x".repeat(65_537));
        for (int i = 0; i < 12; i++) {
            // More domains than partitions, so that each partition is seen to go on.
            publisher.publish("after" + i + ".test", "after");
        }
        for (int i = 0; i < 12; i++) {
            http.await("mta-sts.after" + i + ".test", answer -> answer.status() == 200);
        }
        assertThat(http.policy("mta-sts.kept.test").body()).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/.well-known/", "/.well-known/mta-sts.txt/",
            "/.well-known/MTA-STS.txt", "/.well-known/x/../mta-sts.txt", "//.well-known/mta-sts.txt", "/health",
            "/allowed?domain=mta-sts.example.test"})
    void servesNothingElseUnderAPolicyHost(String path) throws Exception {
        var answer = http.request("GET", "mta-sts.example.test", path);

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"})
    void refusesOtherMethods(String method) throws Exception {
        var answer = http.request(method, "mta-sts.example.test", PolicyHandler.POLICY_PATH);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.test", "mta-sts", "mta-sts.mta-sts.example.test", "xmta-sts.example.test",
            "mta-sts.example.test.test", "127.0.0.1:8081", "[::1]:8081"})
    void hasNoPolicyForAnyOtherHost(String other) throws Exception {
        assertThat(http.policy(other).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "mta-sts..test", "mta-sts.example.test/..", "mta-sts.example.test,other.test",
            "mta-sts.ex%61mple.test", "mta-sts.example.test:http", "<script>", "mta-sts.exämple.test"})
    void refusesWhatIsNoHost(String wrong) throws Exception {
        var answer = http.policy(wrong);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void refusesARequestWithNoHostOrTwo() throws Exception {
        String start = "GET /.well-known/mta-sts.txt HTTP/1.1\r\n";
        assertThat(http.send(start + "Connection: close\r\n\r\n").status()).isEqualTo(400);
        assertThat(http.send(start + "Host: mta-sts.example.test\r\nHost: mta-sts.other.test\r\n\r\n").status())
                .isEqualTo(400);
        assertThat(http.send("GET /.well-known/mta-sts.txt HTTP/1.0\r\n\r\n").status()).isEqualTo(400);
    }

    @Test
    void refusesEndlessHeaders() throws Exception {
        var answer = http.send("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test\r\nX: "
                + "x".repeat(5000) + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void tellsTheOperatorHowItIs() throws Exception {
        var answer = http.request("GET", "localhost", "/health");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).matches("\\{\"ready\":true,\"policies\":[1-9][0-9]*}");
    }

    @Test
    void tellsTheEdgeWhichHostsMayHaveACertificate() throws Exception {
        var expected = Map.of(
                "?domain=mta-sts.example.test", 200,
                "?domain=MTA-STS.EXAMPLE.TEST.", 200,
                "?domain=mta-sts.nowhere.test", 404,
                "?domain=example.test", 404,
                "?domain=", 404,
                "", 404);
        for (var each : expected.entrySet()) {
            assertThat(http.request("GET", "policy-host:8081", "/allowed" + each.getKey()).status())
                    .as(each.getKey()).isEqualTo(each.getValue());
        }
    }
}
