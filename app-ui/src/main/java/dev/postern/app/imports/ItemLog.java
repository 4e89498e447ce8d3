package dev.postern.app.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.archive.Found;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/// Puts the items of one import on `tlsrpt.received`. Many are under way at once; what counts is what Kafka acknowledged.
final class ItemLog {

    /// The log does not take an item. Those before it may have been taken.
    static final class Unavailable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unavailable(Throwable cause) {
            super(cause);
        }
    }

    /// KiB under way at most: less than the producer's buffer, which others need too.
    private static final int UNDER_WAY = 24 * 1024;
    private static final int KIB = 1024;
    /// Longer than the producer tries by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Producer<String, byte[]> producer;
    private final UUID tenant;
    private final UUID importId;
    private final String person;
    private final Instant receivedAt;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long position;

    /// @param person     who imports, as shown to others
    /// @param receivedAt when the import was begun
    ItemLog(Producer<String, byte[]> producer, UUID tenant, UUID importId, String person, Instant receivedAt) {
        this.producer = producer;
        this.tenant = tenant;
        this.importId = importId;
        this.person = person;
        this.receivedAt = receivedAt;
    }

    /// Items that Kafka has.
    long acknowledged() {
        return acknowledged.get();
    }

    /// Sends an item once there is room; does not wait until Kafka has it.
    ///
    /// @throws Unavailable          when this or an earlier one is not taken
    /// @throws InterruptedException when the process stops
    void send(Found.Item item) throws InterruptedException {
        int cost = Math.clamp(item.bytes().length / KIB + 1, 1, UNDER_WAY);
        if (!room.tryAcquire(cost, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Unavailable(new KafkaException("Kafka does not answer"));
        }
        requireNoFailure();
        try {
            producer.send(message(item), (_, refused) -> {
                if (refused == null) {
                    acknowledged.incrementAndGet();
                } else {
                    failure.compareAndSet(null, refused);
                }
                room.release(cost);
            });
        } catch (InterruptException stopping) {
            throw (InterruptedException) new InterruptedException().initCause(stopping);
        } catch (KafkaException refused) {
            throw new Unavailable(refused);
        }
    }

    /// Waits until Kafka has all.
    void await() throws InterruptedException {
        if (!room.tryAcquire(UNDER_WAY, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Unavailable(new KafkaException("Kafka does not answer"));
        }
        room.release(UNDER_WAY);
        requireNoFailure();
    }

    private void requireNoFailure() {
        if (failure.get() != null) {
            throw new Unavailable(failure.get());
        }
    }

    private ProducerRecord<String, byte[]> message(Found.Item item) {
        // One key: an import fills one partition, and reports on the others do not wait behind it.
        var message = new ProducerRecord<>(Topics.TLSRPT_RECEIVED, importId.toString(), item.bytes());
        // The same at every reading of the same files.
        UUID receipt = UUID.nameUUIDFromBytes((importId + "/" + position++).getBytes(UTF_8));
        message.headers()
                .add(ReceiptHeaders.RECEIPT_ID, receipt.toString().getBytes(UTF_8))
                .add(ReceiptHeaders.TENANT, tenant.toString().getBytes(UTF_8))
                .add(ReceiptHeaders.IMPORT_ID, importId.toString().getBytes(UTF_8))
                .add(ReceiptHeaders.ITEM_NAME, item.name().getBytes(UTF_8))
                .add(ReceiptHeaders.TRANSPORT, "upload".getBytes(UTF_8))
                .add(ReceiptHeaders.PEER, person.getBytes(UTF_8))
                .add(ReceiptHeaders.RECEIVED_AT, receivedAt.toString().getBytes(UTF_8))
                .add(ReceiptHeaders.CONTENT_TYPE, item.contentType().getBytes(UTF_8));
        return message;
    }
}
