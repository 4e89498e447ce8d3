package dev.postern.db.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes topics where they are not there yet. It waits for Kafka in the background for as long as that takes.
///
/// What Postern needs of a topic is also set on one that is there already: a broker that makes topics by itself makes
/// `policy.published` without compaction and would forget policies after a week.
public final class TopicCreation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCreation.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    /// A topic that Postern needs, with as many partitions and replicas as the broker's defaults say.
    ///
    /// @param settings of the topic, [TopicConfig]
    public record Wanted(String name, Map<String, String> settings) {
    }

    private final String kafka;
    private final List<Wanted> wanted;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;

    private TopicCreation(String kafka, List<Wanted> wanted) {
        this.kafka = kafka;
        this.wanted = List.copyOf(wanted);
        this.thread = Thread.ofVirtual().name("topic-creation").unstarted(this::createUntilDone);
    }

    /// @param kafka `host:port` of brokers, several with commas
    public static TopicCreation start(String kafka, List<Wanted> wanted) {
        var creation = new TopicCreation(kafka, wanted);
        creation.thread.start();
        return creation;
    }

    /// Waits until the topics are there.
    public void await() throws InterruptedException {
        done.await();
    }

    private void createUntilDone() {
        Duration backOff = FIRST_BACK_OFF;
        boolean complained = false;
        while (true) {
            try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                    AdminClientConfig.CLIENT_ID_CONFIG, "topic-creation"))) {
                create(admin);
                for (Wanted topic : wanted) {
                    configure(admin, topic);
                }
                done.countDown();
                return;
            } catch (ExecutionException | TimeoutException | KafkaException away) {
                if (!complained) {
                    LOG.warn("The Kafka topics can't be made yet; trying on ({})", away.toString());
                    complained = true;
                }
            } catch (InterruptedException closed) {
                return;
            }
            try {
                Thread.sleep(backOff);
            } catch (InterruptedException closed) {
                return;
            }
            backOff = backOff.multipliedBy(2).compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF
                    : backOff.multipliedBy(2);
        }
    }

    private void create(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        var topics = wanted.stream().map(topic -> new NewTopic(topic.name(), Optional.empty(), Optional.empty())
                .configs(topic.settings())).toList();
        for (KafkaFuture<Void> made : admin.createTopics(topics).values().values()) {
            try {
                await(made);
            } catch (ExecutionException refused) {
                if (!(refused.getCause() instanceof TopicExistsException)) {
                    throw refused;
                }
            }
        }
    }

    private static void configure(Admin admin, Wanted topic)
            throws ExecutionException, TimeoutException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        var present = await(admin.describeConfigs(List.of(resource)).all()).get(resource);
        var changes = topic.settings().entrySet().stream()
                .filter(setting -> !setting.getValue().equals(present.get(setting.getKey()).value()))
                .map(setting -> new AlterConfigOp(new ConfigEntry(setting.getKey(), setting.getValue()),
                        AlterConfigOp.OpType.SET)).toList();
        if (!changes.isEmpty()) {
            await(admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
            LOG.warn("{} was set up otherwise; now it has {}", topic.name(), topic.settings());
        }
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
