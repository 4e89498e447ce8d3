package dev.postern.ingest.fetches;

import dev.postern.db.stream.TopicCreation;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/// Makes the topic `policy.fetched`, reads it and has each message recorded, in order within a partition. While the
/// database or Kafka is away it tries on for ever.
public final class FetchListener implements AutoCloseable {

    /// The consumer group.
    public static final String GROUP = "ingest-fetches";

    /// Fetches that nobody has recorded after so long are of little use any more.
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final int BATCH = 100;
    private static final Logger LOG = LoggerFactory.getLogger(FetchListener.class);

    private final TopicCreation topic;
    private final ConcurrentMessageListenerContainer<String, byte[]> container;
    private final Thread starting;

    private FetchListener(String kafka, FetchRecorder recorder) {
        this.topic = TopicCreation.start(kafka, List.of(new TopicCreation.Wanted(Topics.POLICY_FETCHED,
                Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(KEPT.toMillis())))));
        this.container = container(kafka, recorder);
        this.starting = Thread.ofVirtual().name("fetches-start").unstarted(this::startOnceThereIsTheTopic);
    }

    /// @param kafka `host:port` of brokers, several with commas
    public static FetchListener start(String kafka, FetchRecorder recorder) {
        var listener = new FetchListener(kafka, recorder);
        listener.starting.start();
        return listener;
    }

    private void startOnceThereIsTheTopic() {
        try {
            topic.await();
            while (!container.isRunning()) {
                try {
                    container.start();
                } catch (KafkaException away) {
                    LOG.warn("Fetches can't be recorded now; trying on: {}", away.toString());
                    container.stop();
                    Thread.sleep(LONGEST_PAUSE);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static ConcurrentMessageListenerContainer<String, byte[]> container(String kafka, FetchRecorder recorder) {
        var consumers = new DefaultKafkaConsumerFactory<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000), new StringDeserializer(),
                new ByteArrayDeserializer());
        var properties = new ContainerProperties(Topics.POLICY_FETCHED);
        properties.setGroupId(GROUP);
        properties.setMessageListener((BatchMessageListener<String, byte[]>) recorder::record);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setAuthExceptionRetryInterval(LONGEST_PAUSE);
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setBeanName(GROUP);
        var backOff = new ExponentialBackOff(FIRST_PAUSE.toMillis(), 2);
        backOff.setMaxInterval(LONGEST_PAUSE.toMillis());
        var errors = new DefaultErrorHandler(backOff);
        errors.setLogLevel(org.springframework.kafka.KafkaException.Level.DEBUG);
        container.setCommonErrorHandler(errors);
        return container;
    }

    @Override
    public void close() {
        starting.interrupt();
        try {
            starting.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        container.stop();
        topic.close();
    }
}
