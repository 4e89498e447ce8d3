package dev.postern.policyhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.observation.PolicyFetch;
import dev.postern.servers.EmbeddedKafka;
import dev.postern.stream.Json;
import dev.postern.stream.PolicyFetches;
import dev.postern.stream.PolicyFetches.Fetcher;
import dev.postern.stream.Topics;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// From a request over HTTP to the message on Kafka. The broker is its own: it is stopped.
class FetchesTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedKafka kafka;
    private static Publisher publisher;
    private static PolicyHost behindAnEdge;
    private static PolicyHost open;
    private static KafkaConsumer<String, byte[]> consumer;
    private static final List<PolicyFetches> READ = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.throwAway();
        publisher = new Publisher(kafka.bootstrapServers()).createTopic();
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Topics.POLICY_FETCHED, Optional.of(2),
                    Optional.empty()))).all().get();
        }
        consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", "test",
                "auto.offset.reset", "earliest"), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.POLICY_FETCHED));
        behindAnEdge = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, kafka.bootstrapServers(),
                Set.of(LOOPBACK)));
        open = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, kafka.bootstrapServers(), Set.of()));
    }

    @AfterAll
    static void stop() {
        consumer.close();
        behindAnEdge.close();
        open.close();
        publisher.close();
        kafka.close();
    }

    @Test
    void tellsWhoFetchedWhatAndWhen() throws Exception {
        String host = served("told.test");
        Instant before = Instant.now();
        fetch(behindAnEdge, host, "X-Forwarded-For: 198.51.100.77", "User-Agent: sender/1.0 (mail; +https://s.test)");
        fetch(behindAnEdge, host, "X-Forwarded-For: 198.51.100.9", "User-Agent: sender/1.0 (mail; +https://s.test)");

        Fetcher told = await("told.test", all -> sum(all) == 2).getFirst();
        assertThat(told.network()).isEqualTo("198.51.100.0/24");
        assertThat(told.userAgent()).isEqualTo("sender/1.0 (mail; +https://s.test)");
        assertThat(told.bodySha256()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                .digest("policy of told.test".getBytes(StandardCharsets.US_ASCII))));
        assertThat(told.firstAt()).isBetween(before, Instant.now());
    }

    @Test
    void believesNobodyButTheEdge() throws Exception {
        String host = served("spoofed.test");
        // A client writes what it likes; the edge adds what it saw behind it.
        fetch(behindAnEdge, host, "X-Forwarded-For: 8.8.8.8, 203.0.113.5");
        fetch(behindAnEdge, host, "X-Forwarded-For: 8.8.8.8", "X-Forwarded-For: 2001:db8:5:6::7");
        fetch(behindAnEdge, host, "X-Forwarded-For: 8.8.8.8, no address");
        fetch(open, host, "X-Forwarded-For: 8.8.8.8");

        assertThat(await("spoofed.test", all -> sum(all) == 4)).extracting(Fetcher::network)
                .containsOnly("203.0.113.0/24", "2001:db8:5::/48", "127.0.0.0/24");
    }

    @Test
    void makesAStrangersUserAgentHarmless() throws Exception {
        String host = served("agents.test");
        fetch(open, host, "User-Agent: a\tb\u009bc\u0085");
        fetch(open, host, "User-Agent: " + "x".repeat(3_000));
        fetch(open, host);

        assertThat(await("agents.test", all -> sum(all) == 3)).extracting(Fetcher::userAgent).allSatisfy(agent -> {
            assertThat(agent.length()).isLessThanOrEqualTo(PolicyFetches.MAX_AGENT);
            assertThat(agent.chars().anyMatch(Character::isISOControl)).isFalse();
        }).contains("");
    }

    @Test
    void leavesOutProbesQuestionsWithoutABodyAndWhatIsNotServed() throws Exception {
        String host = served("quiet.test");
        fetch(open, host, "User-Agent: " + PolicyFetch.USER_AGENT);
        new Http(open.port()).request("HEAD", host, PolicyHandler.POLICY_PATH);
        new Http(open.port()).policy("mta-sts.never.test");
        fetch(open, host, "User-Agent: the last");

        assertThat(await("quiet.test", all -> sum(all) > 0)).extracting(Fetcher::userAgent).containsOnly("the last");
        assertThat(READ).noneMatch(each -> each.domain().equals("never.test"));
    }

    @Test
    void answersWhileKafkaIsAwayAndTellsLater() throws Exception {
        try (var other = EmbeddedKafka.throwAway()) {
            var own = new Publisher(other.bootstrapServers()).createTopic();
            own.publish("outage.test", "policy of outage.test");
            // The topic of fetches is not there: for the sender that is the same as a broker that is away.
            try (var host = PolicyHost.start(new PolicyHostSettings("127.0.0.1", 0, other.bootstrapServers(),
                    Set.of()));
                 var admin = Admin.create(Map.of("bootstrap.servers", other.bootstrapServers()));
                 var reader = new KafkaConsumer<>(Map.of("bootstrap.servers", other.bootstrapServers(),
                         "group.id", "outage", "auto.offset.reset", "earliest", "metadata.max.age.ms", "500"),
                         new StringDeserializer(), new ByteArrayDeserializer())) {
                var http = new Http(host.port());
                http.await("mta-sts.outage.test", answer -> answer.status() == 200);
                for (int i = 0; i < 200; i++) {
                    assertThat(http.policy("mta-sts.outage.test").body()).isEqualTo("policy of outage.test");
                }
                admin.createTopics(List.of(new NewTopic(Topics.POLICY_FETCHED, Optional.of(1), Optional.empty()))).all()
                        .get();
                reader.subscribe(List.of(Topics.POLICY_FETCHED));
                long told = 0;
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (told < 201 && System.nanoTime() < end) {
                    for (var record : reader.poll(Duration.ofMillis(200))) {
                        told += sum(Json.read(record.value(), PolicyFetches.class).fetchers());
                    }
                }
                assertThat(told).isEqualTo(201);
            }
            own.close();
        }
    }

    private static String served(String domain) throws Exception {
        publisher.publish(domain, "policy of " + domain);
        String host = "mta-sts." + domain;
        for (PolicyHost each : List.of(behindAnEdge, open)) {
            // Asked as a probe does, which is not counted.
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!fetch(each, host, "User-Agent: " + PolicyFetch.USER_AGENT).contains("200 OK")) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
        return host;
    }

    private static String fetch(PolicyHost from, String host, String... headers) throws Exception {
        return new Http(from.port()).send("GET " + PolicyHandler.POLICY_PATH + " HTTP/1.1\r\nHost: " + host
                + "\r\nConnection: close\r\n" + List.of(headers).stream().map(each -> each + "\r\n")
                .collect(Collectors.joining()) + "\r\n").head();
    }

    private static List<Fetcher> await(String domain, Predicate<List<Fetcher>> wished) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<Fetcher> told = READ.stream().filter(each -> each.domain().equals(domain))
                    .flatMap(each -> each.fetchers().stream()).toList();
            if (wished.test(told)) {
                return told;
            }
            assertThat(System.nanoTime()).as("told so far: %s", told).isLessThan(end);
            consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                var fetches = Json.read(record.value(), PolicyFetches.class);
                assertThat(record.key()).isEqualTo(fetches.domain());
                READ.add(fetches);
            });
        }
    }

    private static long sum(List<Fetcher> fetchers) {
        return fetchers.stream().mapToLong(Fetcher::fetches).sum();
    }
}
