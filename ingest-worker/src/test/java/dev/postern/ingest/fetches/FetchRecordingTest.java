package dev.postern.ingest.fetches;

import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.tenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postern.db.fetch.PolicyFetchStore;
import dev.postern.ingest.Installation;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.rollout.Fetcher;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import dev.postern.stream.Json;
import dev.postern.stream.PolicyFetches;
import dev.postern.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchRecordingTest {

    private static final Instant AT = Instant.parse("2026-12-01T03:00:00Z");
    private static final String OTHER = "cd".repeat(32);

    private final FetchRecorder recorder = new FetchRecorder(database());
    private final MailDomain domain = domain();
    private final StsPolicy first = policy(Mode.TESTING, 86_400);
    private final StsPolicy second = policy(Mode.ENFORCE, 604_800);

    @Test
    void keepsWhoFetchedWhichVersion() {
        publish(1, first);
        publish(2, second);
        record(0, fetcher("192.0.2.0/24", "a", sha256(first), 2, AT, AT.plusSeconds(1)));
        record(1, fetcher("192.0.2.0/24", "a", sha256(second), 1, AT.plusSeconds(5), AT.plusSeconds(5)),
                fetcher("192.0.2.0/24", "a", OTHER, 1, AT, AT));
        record(2, fetcher("192.0.2.0/24", "a", sha256(first), 3, AT.plusSeconds(2), AT.plusSeconds(3)));

        assertThat(fetchers()).containsExactly(
                new Fetcher(Optional.of("192.0.2.0/24"), "a", Optional.of(2), 1, AT.plusSeconds(5), AT.plusSeconds(5)),
                new Fetcher(Optional.of("192.0.2.0/24"), "a", Optional.of(1), 5, AT, AT.plusSeconds(3)),
                new Fetcher(Optional.of("192.0.2.0/24"), "a", Optional.empty(), 1, AT, AT));
    }

    @Test
    void aMessageReadAgainChangesNothing() {
        var messages = List.of(message(4, fetcher("192.0.2.0/24", "a", OTHER, 2, AT, AT)),
                message(5, fetcher("192.0.2.0/24", "a", OTHER, 3, AT.plusSeconds(1), AT.plusSeconds(2))));
        recorder.record(messages);
        var once = fetchers();
        recorder.record(messages);
        recorder.record(messages.subList(1, 2));

        assertThat(fetchers()).isEqualTo(once);
        assertThat(once.getFirst().fetches()).isEqualTo(5);
    }

    @Test
    void aTopicMadeAnewCountsOn() {
        record(900, fetcher("192.0.2.0/24", "a", OTHER, 2, AT, AT));
        record(0, fetcher("192.0.2.0/24", "a", OTHER, 3, AT.plusSeconds(60), AT.plusSeconds(60)));

        assertThat(fetchers().getFirst().fetches()).isEqualTo(5);
    }

    @Test
    void aFloodIsKeptInOneRowAndPushesNoSenderOut() {
        record(0, fetcher("192.0.2.0/24", "sender", OTHER, 9, AT, AT));
        for (int batch = 0; batch < 6; batch++) {
            int from = batch * 500;
            record(batch + 1, IntStream.range(from, from + 500).mapToObj(i -> fetcher("10." + i / 256 + "." + i % 256
                    + ".0/24", "bot", OTHER, 1, AT.plusSeconds(i), AT.plusSeconds(i)))
                    .toArray(PolicyFetches.Fetcher[]::new));
        }
        var kept = fetchers();
        assertThat(kept).hasSize(PolicyFetchStore.MOST + 1);
        assertThat(kept.stream().mapToLong(Fetcher::fetches).sum()).as("none is lost").isEqualTo(3_009);
        assertThat(kept).anyMatch(each -> each.userAgent().equals("sender"));
        assertThat(kept).filteredOn(each -> each.network().isEmpty()).singleElement()
                .satisfies(rest -> assertThat(rest.fetches()).isEqualTo(1_001));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "null", "{}", "{\"domain\":\"%s\"}",
            "{\"domain\":\"%s\",\"fetchers\":[null]}",
            "{\"domain\":\"%s\",\"fetchers\":[{\"network\":\"drop "
                    + "table\",\"userAgent\":\"a\",\"bodySha256\":\"ab\"}]}"})
    void whatIsNotOfItsFormIsPassedOver(String text) {
        var odd = new ConsumerRecord<>(Topics.POLICY_FETCHED, 0, 0, domain.name().ascii(),
                text.formatted(domain.name().ascii()).getBytes(StandardCharsets.UTF_8));
        recorder.record(List.of(odd, message(1, fetcher("192.0.2.0/24", "a", OTHER, 1, AT, AT))));

        assertThat(fetchers()).hasSize(1);
    }

    @Test
    void whatNobodyHereHasProvenIsPassedOver() {
        var stranger = new PolicyFetches("stranger.test", List.of(fetcher("192.0.2.0/24", "a", OTHER, 1, AT, AT)));
        recorder.record(List.of(new ConsumerRecord<>(Topics.POLICY_FETCHED, 0, 0, "stranger.test",
                Json.bytes(stranger)),
                message(1, fetcher("192.0.2.0/24", "a", OTHER, 1, AT, AT))));
        Installation.remove(domain);
        record(2, fetcher("192.0.2.0/24", "a", OTHER, 1, AT, AT));

        assertThat(fetchers()).isEmpty();
    }

    /// RFC 8461 §3.2: after the longest max_age, nobody holds what they fetched.
    @Test
    void forgetsWhoCanHoldNothingAnyMore() {
        publish(1, first);
        publish(2, second);
        record(0, fetcher("192.0.2.0/24", "old", OTHER, 1, AT, AT),
                fetcher("192.0.2.0/24", "new", OTHER, 1, AT.plusSeconds(1), AT.plusSeconds(1)));

        forget(AT.plusSeconds(604_800));
        assertThat(fetchers()).extracting(Fetcher::userAgent).containsExactly("new", "old");
        forget(AT.plusSeconds(604_801));
        assertThat(fetchers()).extracting(Fetcher::userAgent).containsExactly("new");
    }

    @Test
    void readsTheTopicAsItComes() throws Exception {
        try (var _ = FetchListener.start(Installation.kafka(), recorder);
             var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", Installation.kafka()),
                     new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.POLICY_FETCHED, "x", "no json".getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 3; i++) {
                producer.send(new ProducerRecord<>(Topics.POLICY_FETCHED, domain.name().ascii(), Json.bytes(
                        new PolicyFetches(domain.name().ascii(), List.of(fetcher("192.0.2.0/24", "a", OTHER, 1,
                                AT.plusSeconds(i), AT.plusSeconds(i))))))).get();
            }
            await().atMost(Installation.PATIENCE).until(() ->
                    fetchers().stream().mapToLong(Fetcher::fetches).sum() == 3);
        }
    }

    private static void forget(Instant now) {
        database().useTenant(tenant(), session -> session.policyFetches().forget(now, 1_000));
    }

    private void publish(int version, StsPolicy policy) {
        database().useTenant(tenant(), session -> session.policies().add(domain.id(),
                new PublishedPolicy(version, policy, Integer.toString(version), Installation.now(), "anna")));
    }

    private void record(long offset, PolicyFetches.Fetcher... fetchers) {
        recorder.record(new ArrayList<>(List.of(message(offset, fetchers))));
    }

    private ConsumerRecord<String, byte[]> message(long offset, PolicyFetches.Fetcher... fetchers) {
        String name = domain.name().ascii();
        return new ConsumerRecord<>(Topics.POLICY_FETCHED, 0, offset, name,
                Json.bytes(new PolicyFetches(name, List.of(fetchers))));
    }

    private List<Fetcher> fetchers() {
        return database().inTenant(tenant(), session -> session.policyFetches().of(domain.id()));
    }

    private static PolicyFetches.Fetcher fetcher(String network, String agent, String sha256, long fetches,
            Instant first,
                                                 Instant last) {
        return new PolicyFetches.Fetcher(network, agent, sha256, fetches, first, last);
    }

    private static StsPolicy policy(Mode mode, long maxAge) {
        return new StsPolicy(mode, maxAge, List.of(new MxPattern("mx1.example.test")), Map.of());
    }

    private static String sha256(StsPolicy policy) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(policy.render().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
        }
    }
}
