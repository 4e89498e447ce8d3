package dev.postern.app.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows whole topics from now on, outside any consumer group. It outlives Kafka: after a failure it goes on where
/// it was.
final class TopicListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicListener.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LOOK_FOR_MISSING = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_MORE = Duration.ofMinutes(1);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    private final Map<String, Object> settings;
    private final Set<String> topics;
    private final Consumer<ConsumerRecord<byte[], byte[]>> listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<KafkaConsumer<byte[], byte[]>> current = new AtomicReference<>();
    private final Thread thread;
    /// The next offset to read of each partition; only the thread's.
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private volatile boolean knowsTopics;

    TopicListener(String kafka, Set<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        this.topics = topics;
        this.listener = listener;
        this.settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                ConsumerConfig.CLIENT_ID_CONFIG, "app-ui-live",
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class,
                // When Kafka has thrown away what was not read yet, what follows is read.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        // A platform thread: it lives as long as the process and waits in a selector.
        this.thread = Thread.ofPlatform().name("live-events").daemon().unstarted(this::followUntilClosed);
    }

    void start() {
        thread.start();
    }

    /// Whether Kafka has answered, so that nothing from now on is missed.
    boolean following() {
        return knowsTopics;
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current.get();
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(15));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void followUntilClosed() {
        Duration backOff = FIRST_BACK_OFF;
        boolean complained = false;
        do {
            try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
                current.set(consumer);
                List<TopicPartition> found = assign(consumer);
                if (complained) {
                    LOG.info("Kafka answers again: pages are told what is new");
                    complained = false;
                }
                backOff = FIRST_BACK_OFF;
                follow(consumer, found);
            } catch (WakeupException | InterruptException stopping) {
                LOG.debug("Told to stop", stopping);
            } catch (KafkaException away) {
                if (!complained) {
                    LOG.warn("Kafka can't be read; pages don't update by themselves until it can ({})",
                            away.toString());
                    complained = true;
                }
            } finally {
                current.set(null);
            }
            backOff = longer(backOff);
        } while (!closesWithin(backOff));
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> assigned) {
        List<TopicPartition> partitions = assigned;
        long lookAgain = System.nanoTime() + pause(partitions).toNanos();
        while (closing.getCount() > 0) {
            if (partitions.isEmpty()) {
                // A consumer without partitions can't poll.
                if (closesWithin(POLL)) {
                    return;
                }
            } else {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    next.put(new TopicPartition(message.topic(), message.partition()), message.offset() + 1);
                    listener.accept(message);
                }
            }
            if (System.nanoTime() - lookAgain > 0) {
                partitions = assign(consumer);
                lookAgain = System.nanoTime() + pause(partitions).toNanos();
            }
        }
    }

    /// Reads every partition there is: those of the first look from their end, those that came later from their
    /// beginning, and those known before from where reading stopped.
    private List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer) {
        var found = new ArrayList<TopicPartition>();
        for (String topic : topics) {
            var partitions = consumer.partitionsFor(topic);
            if (partitions != null) {
                partitions.forEach(partition -> found.add(new TopicPartition(partition.topic(),
                        partition.partition())));
            }
        }
        if (Set.copyOf(found).equals(consumer.assignment())) {
            knowsTopics = true;
            return found;
        }
        consumer.assign(found);
        for (TopicPartition partition : found) {
            if (next.containsKey(partition)) {
                consumer.seek(partition, next.get(partition));
            } else if (knowsTopics) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seekToEnd(List.of(partition));
            }
        }
        // Asking for the position makes Kafka say now where the end is.
        found.forEach(partition -> next.put(partition, consumer.position(partition)));
        knowsTopics = true;
        return found;
    }

    private Duration pause(List<TopicPartition> found) {
        boolean complete = found.stream().map(TopicPartition::topic).distinct().count() == topics.size();
        return complete ? LOOK_FOR_MORE : LOOK_FOR_MISSING;
    }

    private static Duration longer(Duration backOff) {
        Duration doubled = backOff.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    }

    private boolean closesWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
