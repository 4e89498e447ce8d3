package dev.postern.ingest.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.report.Receipt;
import dev.postern.stream.ReceiptHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/// Something that came to a report address, as it stands on `tlsrpt.received`.
///
/// @param token   the address's token; empty where a stranger's message has none
/// @param receipt how it came in
/// @param bytes   as received; not copied
public record ReceivedReport(String token, Receipt receipt, byte[] bytes) {

    /// Content types are shown and stored; a real one has under a hundred characters.
    private static final int MAX_HEADER = 255;
    private static final String UNKNOWN = "unknown";

    ProducerRecord<String, byte[]> on(String topic) {
        var message = new ProducerRecord<>(topic, token, bytes);
        add(message.headers(), ReceiptHeaders.RECEIPT_ID, receipt.id().toString());
        add(message.headers(), ReceiptHeaders.TRANSPORT, receipt.transport());
        add(message.headers(), ReceiptHeaders.PEER, receipt.peer());
        add(message.headers(), ReceiptHeaders.RECEIVED_AT, receipt.receivedAt().toString());
        add(message.headers(), ReceiptHeaders.CONTENT_TYPE, receipt.contentType());
        return message;
    }

    static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    /// Reads any message there may be on the topic. What is missing is taken from the message's place in the log, so
    /// that reading it again gives the same.
    public static ReceivedReport read(ConsumerRecord<String, byte[]> message) {
        Headers headers = message.headers();
        var receipt = new Receipt(header(headers, ReceiptHeaders.RECEIPT_ID).flatMap(ReceivedReport::uuid)
                .orElseGet(() -> UUID.nameUUIDFromBytes((message.topic() + "/" + message.partition() + "/"
                        + message.offset()).getBytes(UTF_8))),
                header(headers, ReceiptHeaders.TRANSPORT).orElse(UNKNOWN),
                header(headers, ReceiptHeaders.PEER).orElse(UNKNOWN),
                header(headers, ReceiptHeaders.RECEIVED_AT).flatMap(ReceivedReport::instant)
                        .orElseGet(() -> Instant.ofEpochMilli(Math.max(0, message.timestamp()))),
                header(headers, ReceiptHeaders.CONTENT_TYPE).orElse(""));
        return new ReceivedReport(message.key() == null ? "" : message.key(), receipt,
                message.value() == null ? new byte[0] : message.value());
    }

    private static Optional<String> header(Headers headers, String name) {
        var header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        String text = new String(header.value(), UTF_8).replaceAll("\\p{Cntrl}", " ").strip();
        return Optional.of(text.length() > MAX_HEADER ? text.substring(0, MAX_HEADER) : text);
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            // As exact as PostgreSQL keeps it.
            return Optional.of(Instant.parse(text).truncatedTo(ChronoUnit.MICROS));
        } catch (DateTimeException notOne) {
            return Optional.empty();
        }
    }
}
