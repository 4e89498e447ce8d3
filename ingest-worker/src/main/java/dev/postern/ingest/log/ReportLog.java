package dev.postern.ingest.log;

import dev.postern.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes to `tlsrpt.received` and `tlsrpt.rejected`, and returns only once every in-sync replica has it.
///
/// A sender waits for the answer, so Kafka gets [#DELIVERY] to acknowledge; then the sender is told to come again.
/// LZ4 halves mail in base64 and passes over what is compressed already at almost no cost.
public final class ReportLog implements AutoCloseable {

    /// What Kafka carries in one message; the topics are made for it.
    public static final int MAX_RECORD = 33_554_432;
    /// Room for key and headers.
    public static final int MAX_BODY = MAX_RECORD - 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(ReportLog.class);
    private static final Duration MAX_BLOCK = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(20);
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final long BUFFER = 4L * MAX_RECORD;

    private final String kafka;
    private Producer<String, byte[]> producer;
    private volatile Optional<Boolean> acknowledging = Optional.empty();

    /// Does not connect yet.
    ///
    /// @param kafka `host:port` of brokers, several with commas
    public ReportLog(String kafka) {
        this.kafka = kafka;
    }

    /// Keeps what was received.
    ///
    /// @throws LogUnavailable when Kafka did not acknowledge; it may hold the report nevertheless
    public void append(ReceivedReport report) {
        send(List.of(report.on(Topics.TLSRPT_RECEIVED)));
    }

    /// Tells that things can't be counted, and why.
    ///
    /// @throws LogUnavailable when Kafka did not acknowledge all of them
    public void appendRejected(List<RejectedMessage> rejected) {
        send(rejected.stream().map(RejectedMessage::message).toList());
    }

    /// Whether Kafka acknowledged the last time; empty before the first.
    public Optional<Boolean> acknowledging() {
        return acknowledging;
    }

    private void send(List<ProducerRecord<String, byte[]>> messages) {
        try {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (ProducerRecord<String, byte[]> message : messages) {
                sent.add(producer().send(message));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(MAX_BLOCK.plus(DELIVERY).toMillis(), TimeUnit.MILLISECONDS);
            }
            if (acknowledging.equals(Optional.of(false))) {
                LOG.info("Kafka acknowledges again");
            }
            acknowledging = Optional.of(true);
        } catch (ExecutionException refused) {
            throw unavailable(refused.getCause() instanceof Exception cause ? cause : refused);
        } catch (TimeoutException | KafkaException away) {
            throw unavailable(away);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new LogUnavailable(stopping);
        }
    }

    private LogUnavailable unavailable(Exception cause) {
        if (!acknowledging.equals(Optional.of(false))) {
            LOG.warn("Kafka does not acknowledge; senders are told to try again later: {}", cause.toString());
        }
        acknowledging = Optional.of(false);
        return new LogUnavailable(cause);
    }

    /// Made when first needed: a broker whose name does not resolve yet must not keep the receivers from starting.
    private synchronized Producer<String, byte[]> producer() {
        if (producer == null) {
            producer = new KafkaProducer<>(Map.ofEntries(
                    Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka),
                    Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "ingest-log"),
                    Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                    Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                    Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD),
                    Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER),
                    Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
                    Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis()),
                    Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST.toMillis()),
                    Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis())),
                    new StringSerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(MAX_BLOCK);
        }
    }
}
