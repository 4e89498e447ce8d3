package dev.postern.ingest.log;

import dev.postern.db.report.Receipt;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Appends received bytes to Kafka and returns once all replicas have them.
public final class ReportLog implements AutoCloseable {

    private static final long ACKNOWLEDGED_WITHIN_MS = 20_000;
    /// Room for the largest message and its headers.
    private static final int LARGEST_REQUEST = 33_554_432;

    private final Producer<String, byte[]> producer;

    /// @param kafka `host:port` of brokers, several with commas
    public ReportLog(String kafka) {
        producer = new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                ProducerConfig.CLIENT_ID_CONFIG, "ingest-receive",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * LARGEST_REQUEST,
                // A sender waits: it is told within seconds that it has to come again.
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000L,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000), new StringSerializer(), new ByteArraySerializer());
    }

    /// Appends what came for one or more report addresses.
    ///
    /// @param receipts one for each token, in the same order
    /// @throws LogUnavailableException when Kafka has not acknowledged all in time; the sender has to send again, and
    ///                                 what was appended all the same is then known by its content
    public void append(List<String> tokens, List<Receipt> receipts, byte[] content) throws LogUnavailableException {
        try {
            var sending = new java.util.ArrayList<Future<RecordMetadata>>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                var message = new ProducerRecord<>(Topics.TLSRPT_RECEIVED, tokens.get(i), content);
                write(receipts.get(i), message.headers());
                sending.add(producer.send(message));
            }
            for (var acknowledgement : sending) {
                acknowledgement.get(ACKNOWLEDGED_WITHIN_MS, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            throw new LogUnavailableException(away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException(stopped);
        }
    }

    /// Keeps what could not be counted on `tlsrpt.rejected`, without waiting: the database has it already, or nobody
    /// will miss it.
    public void reject(String token, Receipt receipt, byte[] content, String code, String reason) {
        var message = new ProducerRecord<>(Topics.TLSRPT_REJECTED, token, content);
        write(receipt, message.headers());
        put(message.headers(), ReceiptHeaders.REASON_CODE, code);
        put(message.headers(), ReceiptHeaders.REASON, reason);
        producer.send(message);
    }

    private static void write(Receipt receipt, Headers headers) {
        put(headers, ReceiptHeaders.RECEIPT_ID, receipt.id().toString());
        put(headers, ReceiptHeaders.TRANSPORT, receipt.transport());
        put(headers, ReceiptHeaders.PEER, receipt.peer());
        put(headers, ReceiptHeaders.RECEIVED_AT, receipt.receivedAt().toString());
        put(headers, ReceiptHeaders.CONTENT_TYPE, receipt.contentType());
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(10));
    }
}
