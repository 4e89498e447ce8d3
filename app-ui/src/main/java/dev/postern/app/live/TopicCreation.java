package dev.postern.app.live;

import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// Makes the topics that the application writes on, where they are not there yet. It waits for Kafka in the
/// background for as long as that takes.
///
/// `policy.published` must be compacted, else Kafka forgets policies after a week. A broker that makes topics by
/// itself makes it otherwise, so that is set right too.
public final class TopicCreation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCreation.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    private static final ConfigResource POLICIES =
            new ConfigResource(ConfigResource.Type.TOPIC, Topics.POLICY_PUBLISHED);

    private final String kafka;
    private final Thread thread;

    private TopicCreation(String kafka) {
        this.kafka = kafka;
        this.thread = Thread.ofVirtual().name("topic-creation").unstarted(this::createUntilDone);
    }

    /// @param kafka `host:port` of brokers, several with commas
    public static TopicCreation start(String kafka) {
        var creation = new TopicCreation(kafka);
        creation.thread.start();
        return creation;
    }

    private void createUntilDone() {
        Duration backOff = FIRST_BACK_OFF;
        boolean complained = false;
        while (true) {
            try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                    AdminClientConfig.CLIENT_ID_CONFIG, "app-ui-topics"))) {
                create(admin);
                compactPolicies(admin);
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

    /// With as many partitions and replicas as the broker's defaults say.
    private static void create(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        var topics = List.of(
                topic(Topics.POLICY_PUBLISHED).configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT)),
                topic(Topics.PROBE_REQUESTED), topic(Topics.PROBE_OBSERVED), topic(Topics.TIMELINE_EVENT));
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

    private static void compactPolicies(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        String cleanup = await(admin.describeConfigs(List.of(POLICIES)).all()).get(POLICIES)
                .get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            await(admin.incrementalAlterConfigs(Map.of(POLICIES, List.of(new AlterConfigOp(
                    new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT),
                    AlterConfigOp.OpType.SET)))).all());
            LOG.warn("{} had the cleanup policy '{}'; it is compacted now", Topics.POLICY_PUBLISHED, cleanup);
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, Optional.empty(), Optional.empty());
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
