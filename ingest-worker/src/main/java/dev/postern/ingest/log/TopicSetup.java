package dev.postern.ingest.log;

import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/// Makes the topics of reports where they are not there yet, and lets them carry a whole report. It waits for Kafka in
/// the background for as long as that takes.
public final class TopicSetup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final List<String> TOPICS = List.of(Topics.TLSRPT_RECEIVED, Topics.TLSRPT_REJECTED);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /// How long recording may be down without losing a report.
    private static final Duration RETENTION = Duration.ofDays(30);

    private final String kafka;
    private final int partitions;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;

    private TopicSetup(String kafka, int partitions) {
        this.kafka = kafka;
        this.partitions = partitions;
        this.thread = Thread.ofVirtual().name("report-topics").unstarted(this::run);
    }

    /// @param kafka      `host:port` of brokers, several with commas
    /// @param partitions of a topic that has to be made
    public static TopicSetup start(String kafka, int partitions) {
        var setup = new TopicSetup(kafka, partitions);
        setup.thread.start();
        return setup;
    }

    /// Waits until the topics are there.
    public void await() throws InterruptedException {
        ready.await();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        boolean told = false;
        while (ready.getCount() > 0) {
            try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                    AdminClientConfig.CLIENT_ID_CONFIG, "ingest-topics"))) {
                create(admin);
                widen(admin);
                ready.countDown();
            } catch (ExecutionException | TimeoutException | KafkaException away) {
                if (!told) {
                    LOG.warn("The topics of reports can't be made yet; trying on: {}", away.toString());
                    told = true;
                }
                if (!sleep(pause)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    /// With the broker's default of replicas.
    private void create(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Set<String> there = await(admin.listTopics().names());
        List<NewTopic> missing = TOPICS.stream().filter(topic -> !there.contains(topic))
                .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(Map.of(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(ReportLog.MAX_RECORD),
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(RETENTION.toMillis()))))
                .toList();
        for (KafkaFuture<Void> made : admin.createTopics(missing).values().values()) {
            try {
                await(made);
            } catch (ExecutionException refused) {
                // Another process was faster.
                if (!(refused.getCause() instanceof TopicExistsException)) {
                    throw refused;
                }
            }
        }
    }

    /// A topic that a broker made by itself carries 1 MiB in a message; larger reports would be refused for ever.
    private static void widen(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        var resources = TOPICS.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
        var changes = new HashMap<ConfigResource, java.util.Collection<AlterConfigOp>>();
        var narrow = new ArrayList<String>();
        await(admin.describeConfigs(resources).all()).forEach((topic, config) -> {
            if (Long.parseLong(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()) < ReportLog.MAX_RECORD) {
                changes.put(topic, List.of(new AlterConfigOp(new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(ReportLog.MAX_RECORD)), AlterConfigOp.OpType.SET)));
                narrow.add(topic.name());
            }
        });
        if (!changes.isEmpty()) {
            await(admin.incrementalAlterConfigs(changes).all());
            LOG.warn("{} carried less than {} bytes in a message; they do now", narrow, ReportLog.MAX_RECORD);
        }
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
