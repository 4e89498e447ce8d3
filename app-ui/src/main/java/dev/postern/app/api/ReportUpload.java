package dev.postern.app.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.Permission;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Puts an uploaded report where reports by mail and HTTPS go, so that it is read in the same way.
@Component
class ReportUpload {

    private static final Logger LOG = LoggerFactory.getLogger(ReportUpload.class);
    /// Longer than the producer tries by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Producer<String, byte[]> producer;
    private final Clock clock;

    ReportUpload(Producer<String, byte[]> producer, Clock clock) {
        this.producer = producer;
        this.clock = clock;
    }

    /// Returns once Kafka has the report.
    ///
    /// @param actor who uploads, and is named as where it came from
    /// @return the receipt's id
    /// @throws ApiProblem 503 when Kafka does not acknowledge
    UUID accept(String reportToken, Domains.Actor actor, String contentType, byte[] report) {
        actor.need(Permission.BRING_REPORTS);
        UUID receipt = UUID.randomUUID();
        var message = new ProducerRecord<>(Topics.TLSRPT_RECEIVED, reportToken, report);
        message.headers()
                .add(ReceiptHeaders.RECEIPT_ID, receipt.toString().getBytes(UTF_8))
                .add(ReceiptHeaders.TRANSPORT, "upload".getBytes(UTF_8))
                .add(ReceiptHeaders.PEER, actor.name().getBytes(UTF_8))
                .add(ReceiptHeaders.RECEIVED_AT, clock.instant().toString().getBytes(UTF_8))
                .add(ReceiptHeaders.CONTENT_TYPE, contentType.getBytes(UTF_8));
        try {
            producer.send(message).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return receipt;
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            LOG.warn("An upload could not be logged: {}", away.toString());
            throw notNow();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw notNow();
        }
    }

    private static ApiProblem notNow() {
        return ApiProblem.of(HttpStatus.SERVICE_UNAVAILABLE,
                "The report could not be stored safely and was not taken. Send it again later.");
    }
}
