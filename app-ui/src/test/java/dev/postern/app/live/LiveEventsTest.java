package dev.postern.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.AppUiConfiguration;
import dev.postern.db.stream.TopicCreation;
import dev.postern.app.TestApp;
import dev.postern.check.Verdict;
import dev.postern.servers.EmbeddedKafka;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeProgress;
import dev.postern.stream.ProbeResult;
import dev.postern.stream.TimelineMessage;
import dev.postern.stream.Topics;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/// What pages hear, and that nothing keeps them from it. The broker is its own: topics are missing at first.
class LiveEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final UUID tenant = UUID.randomUUID();
    private final UUID domain = UUID.randomUUID();

    @Test
    void tellsWhatIsNewOnceTheTopicsAreThere() throws Exception {
        try (var kafka = EmbeddedKafka.throwAway(); var live = LiveEvents.start(kafka.bootstrapServers());
             var producer = producer(kafka.bootstrapServers())) {
            Queue<LiveEvent> heard = new ConcurrentLinkedQueue<>();
            Queue<LiveEvent> heardByOther = new ConcurrentLinkedQueue<>();
            var never = new CountDownLatch(1);
            live.subscribe(tenant, _ -> await(never));
            live.subscribe(tenant, _ -> {
                throw new IllegalStateException("a listener that fails, as this test wants");
            });
            live.subscribe(UUID.randomUUID(), heardByOther::add);
            var registration = live.subscribe(tenant, heard::add);
            TestApp.await("the missing topics to be noticed", () -> live.following() ? Optional.of(true)
                    : Optional.empty());

            createTopics(kafka.bootstrapServers());
            producer.send(new ProducerRecord<>(Topics.TIMELINE_EVENT, "k", "no JSON".getBytes())).get();
            producer.send(new ProducerRecord<>(Topics.TIMELINE_EVENT, "k", Json.bytes(news("one.example")))).get();
            producer.send(new ProducerRecord<>(Topics.PROBE_OBSERVED, "k", Json.bytes(probed()))).get();

            TestApp.await("both events", () -> heard.size() == 2 ? Optional.of(true) : Optional.empty());
            assertThat(heard).anySatisfy(event -> assertThat(event).isEqualTo(new LiveEvent.Probed(domain)))
                    .anySatisfy(event -> assertThat(event).isInstanceOfSatisfying(LiveEvent.TimelineNews.class,
                            news -> assertThat(news.entry().event().domain()).isEqualTo("one.example")));
            assertThat(heardByOther).isEmpty();

            registration.remove();
            Queue<LiveEvent> later = new ConcurrentLinkedQueue<>();
            live.subscribe(tenant, later::add);
            producer.send(new ProducerRecord<>(Topics.TIMELINE_EVENT, "k", Json.bytes(news("two.example")))).get();
            TestApp.await("the later event", () -> Optional.ofNullable(later.peek()));
            assertThat(heard).hasSize(2);
            never.countDown();
        }
    }

    @Test
    void hearsOnlyWhatComesAfterItsStart() throws Exception {
        try (var kafka = EmbeddedKafka.throwAway(); var producer = producer(kafka.bootstrapServers())) {
            createTopics(kafka.bootstrapServers());
            producer.send(new ProducerRecord<>(Topics.TIMELINE_EVENT, "k", Json.bytes(news("old.example")))).get();
            try (var live = LiveEvents.start(kafka.bootstrapServers())) {
                Queue<LiveEvent> heard = new ConcurrentLinkedQueue<>();
                live.subscribe(tenant, heard::add);
                TestApp.await("the topics", () -> live.following() ? Optional.of(true) : Optional.empty());

                producer.send(new ProducerRecord<>(Topics.TIMELINE_EVENT, "k", Json.bytes(news("new.example")))).get();

                var first = TestApp.await("the event", () -> Optional.ofNullable(heard.peek()));
                assertThat(((LiveEvent.TimelineNews) first).entry().event().domain()).isEqualTo("new.example");
            }
        }
    }

    @Test
    void tellsProgressToWhomItConcernsOnly() throws Exception {
        try (var kafka = EmbeddedKafka.throwAway(); var producer = producer(kafka.bootstrapServers())) {
            createTopics(kafka.bootstrapServers());
            try (var live = LiveEvents.start(kafka.bootstrapServers())) {
                Queue<LiveEvent> mine = new ConcurrentLinkedQueue<>();
                Queue<LiveEvent> others = new ConcurrentLinkedQueue<>();
                Queue<LiveEvent> anybody = new ConcurrentLinkedQueue<>();
                Queue<LiveEvent> anybodyElsewhere = new ConcurrentLinkedQueue<>();
                UUID other = UUID.randomUUID();
                live.subscribe(tenant, mine::add);
                live.subscribe(other, others::add);
                live.subscribePublic("one.example", anybody::add);
                live.subscribePublic("two.example", anybodyElsewhere::add);
                TestApp.await("the topics", () -> live.following() ? Optional.of(true) : Optional.empty());

                var tenants = new ProbeProgress(Optional.of(tenant), "one.example", "fra1", "MX", 1, 3, false);
                var publics = new ProbeProgress(Optional.empty(), "one.example", "fra1", "DNS", 2, 3, true);
                // The last of each partition, so that what should not come would have come before.
                var ends = new ProbeProgress(Optional.of(other), "one.example", "fra1", "end", 3, 3, true);
                var endsPublic = new ProbeProgress(Optional.empty(), "two.example", "fra1", "end", 3, 3, true);
                for (ProbeProgress progress : List.of(tenants, publics, ends, endsPublic)) {
                    producer.send(new ProducerRecord<>(Topics.PROBE_PROGRESS, "k", Json.bytes(progress))).get();
                }

                TestApp.await("the last public one", () -> Optional.ofNullable(anybodyElsewhere.peek()));
                TestApp.await("the last of a tenant", () -> Optional.ofNullable(others.peek()));
                TestApp.await("mine", () -> Optional.ofNullable(mine.peek()));
                TestApp.await("anybody's", () -> Optional.ofNullable(anybody.peek()));
                assertThat(mine).containsExactly(event(tenants));
                assertThat(others).containsExactly(event(ends));
                assertThat(anybody).containsExactly(event(publics));
                assertThat(anybodyElsewhere).containsExactly(event(endsPublic));
            }
        }
    }

    private static LiveEvent event(ProbeProgress progress) {
        return new LiveEvent.Progress(progress.tenant(), progress.domain(), progress.vantage(), progress.step(),
                progress.finished(), progress.total(), progress.over());
    }

    @Test
    void makesTheTopicsAndCompactsThePolicies() throws Exception {
        try (var kafka = EmbeddedKafka.throwAway();
             var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            // As a broker makes it that makes topics by itself.
            admin.createTopics(List.of(new NewTopic(Topics.POLICY_PUBLISHED, 1, (short) 1))).all().get();
            var policies = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.TOPIC, Topics.POLICY_PUBLISHED);
            try (var _ = TopicCreation.start(kafka.bootstrapServers(), AppUiConfiguration.TOPICS)) {
                TestApp.await("the policies to be compacted", () -> configuration(admin, policies)
                        .filter("compact"::equals));
            }
            assertThat(admin.listTopics().names().get()).contains(Topics.POLICY_PUBLISHED, Topics.PROBE_REQUESTED,
                    Topics.PROBE_REQUESTED_NOW, Topics.CHECK_REQUESTED, Topics.PROBE_PROGRESS, Topics.PROBE_OBSERVED,
                    Topics.TIMELINE_EVENT);
        }
    }

    private static Optional<String> configuration(Admin admin, org.apache.kafka.common.config.ConfigResource topic) {
        try {
            return Optional.of(admin.describeConfigs(List.of(topic)).all().get().get(topic).get("cleanup.policy")
                    .value());
        } catch (InterruptedException | java.util.concurrent.ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private TimelineMessage news(String name) {
        return new TimelineMessage(tenant, new TimelineEntry(UUID.randomUUID(), Optional.of(domain), NOW,
                new TimelineEvent.DomainAdded(name, "somebody")));
    }

    private ProbeResult probed() {
        return new ProbeResult(tenant, domain, "one.example", "here", NOW, Map.of("mx-records", Verdict.PASS));
    }

    private static void createTopics(String kafka) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.createTopics(List.of(new NewTopic(Topics.TIMELINE_EVENT, 2, (short) 1),
                    new NewTopic(Topics.PROBE_OBSERVED, 2, (short) 1),
                    new NewTopic(Topics.PROBE_PROGRESS, 2, (short) 1))).all().get();
        }
    }

    private static KafkaProducer<String, byte[]> producer(String kafka) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", kafka), new StringSerializer(),
                new ByteArraySerializer());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
