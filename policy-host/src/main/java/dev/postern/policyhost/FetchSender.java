package dev.postern.policyhost;

import dev.postern.stream.Json;
import dev.postern.stream.PolicyFetches;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes what the fetch log has counted on to `policy.fetched`, every few seconds, from a thread of its own.
///
/// While Kafka is away the counts go on in memory, within the log's bounds. What Kafka does not acknowledge goes back
/// into the log and is sent again: should the acknowledgement alone have got lost, those fetches are counted twice.
final class FetchSender implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration DELIVERY = Duration.ofSeconds(8);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(2);
    /// So that a message stays far below the broker's limit of a mebibyte.
    private static final int FETCHERS_IN_A_MESSAGE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(FetchSender.class);

    private final Map<String, Object> settings;
    private final FetchLog log;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private boolean complained;

    private FetchSender(String bootstrapServers, FetchLog log) {
        this.log = log;
        this.settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG, "policy-host-fetches",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, LAST_PATIENCE.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                // Settled before it is given back, or it would be counted twice.
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
        // A platform thread, as the Kafka client waits in monitors.
        this.thread = Thread.ofPlatform().name("policy-fetches").daemon().unstarted(this::sendUntilClosed);
    }

    static FetchSender start(String bootstrapServers, FetchLog log) {
        var sender = new FetchSender(bootstrapServers, log);
        sender.thread.start();
        return sender;
    }

    private void sendUntilClosed() {
        boolean goOn = true;
        while (goOn) {
            KafkaProducer<String, byte[]> producer = null;
            try {
                producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
                while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    send(producer, PATIENCE);
                }
                send(producer, LAST_PATIENCE);
                goOn = false;
            } catch (InterruptedException | InterruptException interrupted) {
                goOn = false;
            } catch (KafkaException failed) {
                complain(failed);
                goOn = !stopsWithin(EVERY);
            } finally {
                if (producer != null) {
                    producer.close(LAST_PATIENCE);
                }
            }
        }
    }

    private boolean stopsWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            return true;
        }
    }

    private void send(KafkaProducer<String, byte[]> producer, Duration patience) throws InterruptedException {
        if (log.isEmpty()) {
            return;
        }
        try {
            // Asked first, so that a broker that is away is waited for once and not for each message.
            producer.partitionsFor(Topics.POLICY_FETCHED);
        } catch (KafkaException away) {
            complain(away);
            return;
        }
        var messages = new ArrayDeque<PolicyFetches>();
        log.take().forEach(each -> messages.addAll(portions(each)));
        var sent = new LinkedHashMap<PolicyFetches, Future<?>>();
        try {
            while (!messages.isEmpty()) {
                PolicyFetches next = messages.peek();
                sent.put(next, producer.send(new ProducerRecord<>(Topics.POLICY_FETCHED, next.domain(),
                        Json.bytes(next))));
                messages.remove();
            }
        } finally {
            messages.forEach(log::giveBack);
            settle(sent, patience);
        }
    }

    private void settle(Map<PolicyFetches, Future<?>> sent, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (Map.Entry<PolicyFetches, Future<?>> each : sent.entrySet()) {
            try {
                each.getValue().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                complained = false;
            } catch (ExecutionException | java.util.concurrent.TimeoutException notKept) {
                log.giveBack(each.getKey());
                complain(notKept);
            }
        }
    }

    private static List<PolicyFetches> portions(PolicyFetches fetches) {
        var portions = new ArrayList<PolicyFetches>();
        for (int from = 0; from < fetches.fetchers().size(); from += FETCHERS_IN_A_MESSAGE) {
            portions.add(new PolicyFetches(fetches.domain(), fetches.fetchers().subList(from,
                    Math.min(from + FETCHERS_IN_A_MESSAGE, fetches.fetchers().size()))));
        }
        return portions;
    }

    private void complain(Exception away) {
        if (!complained) {
            LOG.warn("Fetches of policies can't be passed on now; they are counted on in memory ({})", away.toString());
            complained = true;
        }
    }

    /// Passes the last ones on, for as long as a few seconds.
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(Duration.ofSeconds(15));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
