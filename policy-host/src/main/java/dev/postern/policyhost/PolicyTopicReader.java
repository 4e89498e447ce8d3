package dev.postern.policyhost;

import dev.postern.stream.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
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

/// Reads the whole of `policy.published` into the cache, then follows it.
///
/// It belongs to no consumer group: each policy host needs every policy, and where it stands is nobody's business but
/// its own. It waits for Kafka and for the topic as long as it takes, and after a failure reads the topic anew while
/// the cache goes on answering.
final class PolicyTopicReader implements AutoCloseable {

    /// RFC 8461 §3.3 lets senders stop there, so nothing longer is ever a policy.
    private static final int MAX_BODY = 64 * 1024;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
    private static final int MAX_DOMAIN = 253;
    private static final Duration POLL = Duration.ofMillis(500);
    /// Short, because the client can't be woken while it looks for a broker, and closing waits for it.
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final Duration PARTITION_CHECK = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(PolicyTopicReader.class);

    private final Map<String, Object> consumerSettings;
    private final PolicyCache cache;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<KafkaConsumer<byte[], byte[]>> current = new AtomicReference<>();
    private final Thread thread;

    private PolicyTopicReader(String bootstrapServers, PolicyCache cache) {
        this.cache = cache;
        this.consumerSettings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                ConsumerConfig.CLIENT_ID_CONFIG, "policy-host");
        // A platform thread: it lives as long as the process and waits in a selector.
        this.thread = Thread.ofPlatform().name("policy-topic-reader").daemon().unstarted(this::readUntilClosed);
    }

    static PolicyTopicReader start(String bootstrapServers, PolicyCache cache) {
        var reader = new PolicyTopicReader(bootstrapServers, cache);
        reader.thread.start();
        return reader;
    }

    @Override
    public void close() {
        closing.countDown();
        var consumer = current.get();
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(15));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void readUntilClosed() {
        Duration backOff = FIRST_BACK_OFF;
        boolean complained = false;
        do {
            try (var consumer = new KafkaConsumer<byte[], byte[]>(consumerSettings)) {
                current.set(consumer);
                Optional<List<TopicPartition>> partitions = partitions(consumer);
                if (partitions.isPresent()) {
                    if (complained) {
                        LOG.info("Kafka answers again");
                        complained = false;
                    }
                    backOff = FIRST_BACK_OFF;
                    read(consumer, partitions.get());
                } else if (!complained) {
                    LOG.info("Waiting for the topic {}", Topics.POLICY_PUBLISHED);
                    complained = true;
                }
            } catch (WakeupException | InterruptException stopping) {
                LOG.debug("Told to stop", stopping);
            } catch (KafkaException failed) {
                if (!complained) {
                    LOG.warn("Kafka can't be read ({}); policies already read are still served, trying on",
                            failed.toString());
                    complained = true;
                }
            } finally {
                current.set(null);
            }
            backOff = longer(backOff);
        } while (!stopsWithin(backOff));
    }

    private static Duration longer(Duration backOff) {
        var doubled = backOff.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    }

    private boolean stopsWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Optional<List<TopicPartition>> partitions(KafkaConsumer<?, ?> consumer) {
        var known = consumer.partitionsFor(Topics.POLICY_PUBLISHED, ASK);
        return known == null || known.isEmpty() ? Optional.empty() : Optional.of(known.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList());
    }

    /// Reads from the beginning until told to stop, or until the topic has got more partitions.
    private void read(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        // What an earlier reading left and this one does not show was taken away meanwhile, and its tombstone may be
        // compacted away too.
        Set<String> seen = new HashSet<>();
        boolean caughtUp = false;
        long nextPartitionCheck = System.nanoTime() + PARTITION_CHECK.toNanos();
        while (closing.getCount() > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                domain(record).ifPresent(domain -> {
                    seen.add(domain);
                    apply(domain, record);
                });
            }
            if (!caughtUp && reached(consumer, ends)) {
                caughtUp = true;
                cache.retain(seen);
                cache.complete();
                seen.clear();
                LOG.info("{} policies read", cache.size());
            } else if (caughtUp) {
                seen.clear();
            }
            if (System.nanoTime() - nextPartitionCheck > 0) {
                nextPartitionCheck += PARTITION_CHECK.toNanos();
                if (consumer.partitionsFor(Topics.POLICY_PUBLISHED).size() > partitions.size()) {
                    return;
                }
            }
        }
    }

    private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void apply(String domain, ConsumerRecord<byte[], byte[]> record) {
        byte[] body = record.value();
        if (body == null) {
            cache.remove(domain);
        } else if (body.length == 0 || body.length > MAX_BODY) {
            LOG.warn("Left out the record at {}-{}: {} bytes are no policy; {} keeps the one it had",
                    record.partition(), record.offset(), body.length, domain);
        } else {
            cache.put(domain, body);
        }
    }

    /// The policy domain that the record is about; empty, with a warning, when its key is not one.
    private static Optional<String> domain(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null && record.key().length <= MAX_DOMAIN) {
            try {
                String key = StandardCharsets.US_ASCII.newDecoder().decode(ByteBuffer.wrap(record.key())).toString();
                if (DOMAIN.matcher(key).matches()) {
                    return Optional.of(key);
                }
            } catch (CharacterCodingException notAscii) {
                LOG.debug("The key is not ASCII", notAscii);
            }
        }
        LOG.warn("Left out the record at {}-{}: its key is no domain", record.partition(), record.offset());
        return Optional.empty();
    }
}
