package dev.postern.policyhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.servers.EmbeddedKafka;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the policy host does without Kafka. The broker is its own: it is stopped.
class KafkaOutageTest {

    private static final String POLICY_HOST = "mta-sts.example.test";

    @Test
    void answersThatItCannotTellWhileKafkaWasNeverThere() throws Exception {
        // Nothing listens on port 1.
        try (var host = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, "127.0.0.1:1", Set.of()))) {
            var http = new Http(host.port());

            assertThat(http.policy(POLICY_HOST).status()).isEqualTo(503);
            assertThat(http.policy(POLICY_HOST).header("Retry-After")).isNotEmpty();
            assertThat(http.request("GET", "localhost", "/health").body())
                    .isEqualTo("{\"ready\":false,\"policies\":0}");
            assertThat(http.request("GET", "localhost", "/allowed?domain=" + POLICY_HOST).status()).isEqualTo(503);
        }
    }

    @Test
    void waitsForTheTopicAndServesOnWhenKafkaGoes() throws Exception {
        var kafka = EmbeddedKafka.throwAway();
        try (var host = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, kafka.bootstrapServers(), Set.of()))) {
            var http = new Http(host.port());
            try (kafka; var publisher = new Publisher(kafka.bootstrapServers())) {
                assertThat(http.policy(POLICY_HOST).status()).isEqualTo(503);

                publisher.createTopic();
                http.await(POLICY_HOST, answer -> answer.status() == 404);
                assertThat(host.ready()).isTrue();
                publisher.publish("example.test", "policy");
                http.await(POLICY_HOST, answer -> answer.status() == 200);
            }
            assertThat(http.policy(POLICY_HOST).body()).isEqualTo("policy");
            assertThat(http.policy("mta-sts.nowhere.test").status()).isEqualTo(404);
        }
    }
}
