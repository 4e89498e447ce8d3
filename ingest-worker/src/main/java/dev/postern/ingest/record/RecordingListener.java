package dev.postern.ingest.record;

import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.TopicSetup;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/// Reads `tlsrpt.received` and has each message recorded, in order within a partition.
///
/// While the database or Kafka is away it tries for ever: nothing is passed over. A message that fails by itself is
/// given up after a few attempts, so that one domain's odd report does not hold up the others on its partition.
public final class RecordingListener implements AutoCloseable {

    /// The consumer group.
    public static final String GROUP = "ingest-recorder";

    private static final Logger LOG = LoggerFactory.getLogger(RecordingListener.class);
    private static final int BATCH = 500;
    /// Of one answer of a broker. Messages may have 20 MB each: one of them is always taken.
    private static final int FETCH_BYTES = 32 << 20;
    private static final int PARTITION_BYTES = 4 << 20;
    /// What a worker that died had to record waits until its session has ended.
    private static final Duration SESSION = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 3;
    /// The database works, and says no to these data. Classes of SQLSTATE: data exception, integrity constraint violation, program limit exceeded.
    private static final Set<String> UNSTORABLE = Set.of("22", "23", "54");

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
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000), new StringDeserializer(),
                new ByteArrayDeserializer());
        var properties = new ContainerProperties(Topics.TLSRPT_RECEIVED);
        properties.setGroupId(GROUP);
        properties.setMessageListener((BatchMessageListener<String, byte[]>) messages -> record(recorder, messages));
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setAuthExceptionRetryInterval(LONGEST_PAUSE);
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setBeanName(GROUP);
        container.setConcurrency(concurrency);
        container.setCommonErrorHandler(errors());
        return container;
    }

    private static void record(Recorder recorder, List<ConsumerRecord<String, byte[]>> messages) {
        try {
            recorder.record(messages.stream().map(ReceivedReport::read).toList());
        } catch (RuntimeException | VirtualMachineError failure) {
            // An Error would end the consumer for good, for all domains on its partitions.
            if (!isOfAMessage(failure)) {
                throw failure;
            }
            messages.forEach(message -> recordAlone(recorder, message));
        }
    }

    /// One of a batch fails by itself: each goes its own way, so that only that one is given up.
    private static void recordAlone(Recorder recorder, ConsumerRecord<String, byte[]> message) {
        for (int attempt = 1; ; attempt++) {
            try {
                recorder.record(List.of(ReceivedReport.read(message)));
                return;
            } catch (RuntimeException | VirtualMachineError failure) {
                if (!isOfAMessage(failure)) {
                    throw failure;
                }
                if (attempt == ATTEMPTS) {
                    LOG.error("The message at {}-{} of {} can't be recorded and is set aside as rejected",
                            message.partition(), message.offset(), message.topic(), failure);
                    recorder.giveUp(ReceivedReport.read(message));
                    return;
                }
            }
        }
    }

    private static DefaultErrorHandler errors() {
        var errors = new DefaultErrorHandler(untilItIsBack());
        // Every attempt would be logged with its stack.
        errors.setLogLevel(org.springframework.kafka.KafkaException.Level.DEBUG);
        errors.setRetryListeners(new RetryListener() {
            @Override
            public void failedDelivery(ConsumerRecord<?, ?> message, Exception failure, int attempt) {
                tell(1, failure, attempt);
            }

            @Override
            public void failedDelivery(ConsumerRecords<?, ?> messages, Exception failure, int attempt) {
                tell(messages.count(), failure, attempt);
            }
        });
        return errors;
    }

    private static void tell(int messages, Exception failure, int attempt) {
        if (attempt == 1) {
            LOG.warn("{} received reports can't be recorded now and are tried again: {}", messages,
                    rootOf(failure).toString());
        }
    }

    private static BackOff untilItIsBack() {
        var backOff = new ExponentialBackOff(FIRST_PAUSE.toMillis(), 2);
        backOff.setMaxInterval(LONGEST_PAUSE.toMillis());
        return backOff;
    }

    private static boolean isOfAMessage(Throwable failure) {
        for (Throwable cause : causes(failure).toList()) {
            switch (cause) {
                case DataAccessException refused -> {
                    return UNSTORABLE.contains(refused.sqlState().substring(0, 2));
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
