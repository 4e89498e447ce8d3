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

/// Something that may be a report, as it stands on `tlsrpt.received`.
///
/// @param receipt how it came in
/// @param bytes   as received; not copied
/// @param item    where it is part of an import
/// @param replay  whether it was rejected before under this receipt, and is tried again
public record ReceivedReport(Destination destination, Receipt receipt, byte[] bytes, Optional<ImportItem> item,
                             boolean replay) {

    /// Content types are shown and stored; a real one has under a hundred characters.
    private static final int MAX_HEADER = 255;
    private static final String UNKNOWN = "unknown";

    /// What came to a domain's address.
    public ReceivedReport(String token, Receipt receipt, byte[] bytes) {
        this(new Destination.Address(token), receipt, bytes, Optional.empty());
    }

    /// What is read for the first time.
    public ReceivedReport(Destination destination, Receipt receipt, byte[] bytes, Optional<ImportItem> item) {
        this(destination, receipt, bytes, item, false);
    }

    /// The same destination, with a receipt and bytes of its own.
    public ReceivedReport part(Receipt receipt, byte[] bytes) {
        return new ReceivedReport(destination, receipt, bytes, item, replay);
    }

    ProducerRecord<String, byte[]> on(String topic) {
        var message = switch (destination) {
            case Destination.Address(var token) -> new ProducerRecord<>(topic, token, bytes);
            case Destination.Organisation(var tenant) -> {
                var own = new ProducerRecord<>(topic, receipt.id().toString(), bytes);
                add(own.headers(), ReceiptHeaders.TENANT, tenant.toString());
                yield own;
            }
        };
        item.ifPresent(part -> {
            add(message.headers(), ReceiptHeaders.IMPORT_ID, part.importId().toString());
            add(message.headers(), ReceiptHeaders.ITEM_NAME, part.name());
        });
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
        Optional<Destination> organisation = header(headers, ReceiptHeaders.TENANT).flatMap(ReceivedReport::uuid)
                .map(Destination.Organisation::new);
        Optional<ImportItem> item = header(headers, ReceiptHeaders.IMPORT_ID).flatMap(ReceivedReport::uuid)
                .map(id -> new ImportItem(id, header(headers, ReceiptHeaders.ITEM_NAME).orElse(UNKNOWN)));
        return new ReceivedReport(
                organisation.orElseGet(() -> new Destination.Address(message.key() == null ? "" : message.key())),
                receipt, message.value() == null ? new byte[0] : message.value(), item,
                headers.lastHeader(ReceiptHeaders.REPLAY) != null);
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
