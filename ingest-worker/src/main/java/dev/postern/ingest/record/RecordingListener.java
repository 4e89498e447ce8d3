package dev.postern.ingest.record;

import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.TopicSetup;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.backoff.FixedBackOff;

/// Reads `tlsrpt.received` and has each message recorded, in order within a partition.
///
/// While the database or Kafka is away it tries for ever: nothing is passed over. A message that fails by itself is
/// given up after a few attempts, so that one domain's odd report does not hold up the others on its partition.
public final class RecordingListener implements AutoCloseable {

    /// The consumer group.
    public static final String GROUP = "ingest-recorder";

    private static final Logger LOG = LoggerFactory.getLogger(RecordingListener.class);
    /// Messages may have 20 MB each, and unpack to that from little.
    private static final int BATCH = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final long FURTHER_ATTEMPTS = 2;
    /// The database works, and says no to these data.
    private static final Set<SQLStateClass> UNSTORABLE =
            Set.of(SQLStateClass.C22_DATA_EXCEPTION, SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION);

    private final ConcurrentMessageListenerContainer<String, byte[]> container;
    private final Thread starting;

    private RecordingListener(String kafka, int concurrency, Recorder recorder, TopicSetup topics) {
        this.container = container(kafka, concurrency, recorder);
        this.starting = Thread.ofVirtual().name("recording-start").unstarted(() -> startOnceThereAre(topics));
    }

    /// Starts reading as soon as the topics are there.
    ///
    /// @param kafka       `host:port` of brokers, several with commas
    /// @param concurrency consumers in this process
    public static RecordingListener start(String kafka, int concurrency, Recorder recorder, TopicSetup topics) {
        var listener = new RecordingListener(kafka, concurrency, recorder, topics);
        listener.starting.start();
        return listener;
    }

    private void startOnceThereAre(TopicSetup topics) {
        try {
            topics.await();
            while (!container.isRunning()) {
                try {
                    container.start();
                } catch (KafkaException away) {
                    LOG.warn("Recording can't start now; trying on: {}", away.toString());
                    container.stop();
                    Thread.sleep(LONGEST_PAUSE);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static ConcurrentMessageListenerContainer<String, byte[]> container(String kafka, int concurrency,
                                                                                Recorder recorder) {
        var consumers = new DefaultKafkaConsumerFactory<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000), new StringDeserializer(),
                new ByteArrayDeserializer());
        var properties = new ContainerProperties(Topics.TLSRPT_RECEIVED);
        properties.setGroupId(GROUP);
        properties.setMessageListener((MessageListener<String, byte[]>) message -> record(recorder, message));
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setAuthExceptionRetryInterval(LONGEST_PAUSE);
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setBeanName(GROUP);
        container.setConcurrency(concurrency);
        container.setCommonErrorHandler(errors(recorder));
        return container;
    }

    private static void record(Recorder recorder, ConsumerRecord<String, byte[]> message) {
        try {
            recorder.record(ReceivedReport.read(message));
        } catch (VirtualMachineError exhausted) {
            // An Error would end the consumer for good, for all domains on its partitions.
            throw new IllegalStateException("a message needs more than this process has", exhausted);
        }
    }

    private static DefaultErrorHandler errors(Recorder recorder) {
        var errors = new DefaultErrorHandler((message, failure) -> {
            LOG.error("The message at {}-{} of {} can't be recorded and is set aside as rejected", message.partition(),
                    message.offset(), message.topic(), failure);
            recorder.giveUp(ReceivedReport.read(cast(message)));
        }, untilItIsBack());
        errors.setBackOffFunction((_, failure) -> isOfOneMessage(failure)
                ? new FixedBackOff(FIRST_PAUSE.toMillis(), FURTHER_ATTEMPTS) : untilItIsBack());
        // Every attempt would be logged with its stack.
        errors.setLogLevel(org.springframework.kafka.KafkaException.Level.DEBUG);
        errors.setRetryListeners((message, failure, attempt) -> {
            if (attempt == 1) {
                LOG.warn("The message at {}-{} of {} can't be recorded now and is tried again: {}",
                        message.partition(), message.offset(), message.topic(), rootOf(failure).toString());
            }
        });
        return errors;
    }

    /// The listener is the only consumer of these records, and reads them as text and bytes.
    @SuppressWarnings("unchecked")
    private static ConsumerRecord<String, byte[]> cast(ConsumerRecord<?, ?> message) {
        return (ConsumerRecord<String, byte[]>) message;
    }

    private static BackOff untilItIsBack() {
        var backOff = new ExponentialBackOff(FIRST_PAUSE.toMillis(), 2);
        backOff.setMaxInterval(LONGEST_PAUSE.toMillis());
        return backOff;
    }

    private static boolean isOfOneMessage(Throwable failure) {
        for (Throwable cause : causes(failure).toList()) {
            switch (cause) {
                case DataAccessException refused -> {
                    return UNSTORABLE.contains(refused.sqlStateClass());
                }
                case LogUnavailable _ -> {
                    return false;
                }
                default -> {
                    // Further down.
                }
            }
        }
        return true;
    }

    private static Throwable rootOf(Throwable failure) {
        return causes(failure).reduce((_, deeper) -> deeper).orElse(failure);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, java.util.Objects::nonNull, Throwable::getCause).limit(20);
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
    }
}
