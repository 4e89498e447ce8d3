package dev.postern.ingest.record;

import dev.postern.db.report.Receipt;
import dev.postern.stream.ReceiptHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/// One message of the log.
record Received(String token, Receipt receipt, byte[] content) {

    static Received of(ConsumerRecord<String, byte[]> message) {
        byte[] content = message.value() == null ? new byte[0] : message.value();
        return new Received(message.key() == null ? "" : message.key(), new Receipt(
                id(message), text(message, ReceiptHeaders.TRANSPORT), text(message, ReceiptHeaders.PEER),
                receivedAt(message), text(message, ReceiptHeaders.CONTENT_TYPE)), content);
    }

    /// The id given at receipt; a message without one is known by its place in the log.
    private static UUID id(ConsumerRecord<String, byte[]> message) {
        try {
            return UUID.fromString(text(message, ReceiptHeaders.RECEIPT_ID));
        } catch (IllegalArgumentException none) {
            return UUID.nameUUIDFromBytes((message.topic() + message.partition() + "/" + message.offset())
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Instant receivedAt(ConsumerRecord<String, byte[]> message) {
        try {
            return Instant.parse(text(message, ReceiptHeaders.RECEIVED_AT))
                    .truncatedTo(java.time.temporal.ChronoUnit.MICROS);
        } catch (DateTimeException none) {
            return Instant.ofEpochMilli(message.timestamp());
        }
    }

    private static String text(ConsumerRecord<String, byte[]> message, String name) {
        Header header = message.headers().lastHeader(name);
        // PostgreSQL stores no NUL, and nobody sends one in earnest.
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }
}
