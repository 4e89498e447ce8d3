package dev.postern.app.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.Permission;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.RejectedFilter;
import dev.postern.db.report.RejectedReportStore;
import dev.postern.db.report.StoredRejection;
import dev.postern.db.tenancy.Database;
import dev.postern.setup.PolicyDomain;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.springframework.stereotype.Component;

/// Puts rejected reports back on the log, to be read as if for the first time. Recording lets go of what counts now, in the
/// transaction that counts it, and notes the new reason of what does not; asking twice changes nothing.
@Component
public class Replays {

    /// Kafka did not take them; they stay rejected, as they were.
    public static final class Unavailable extends RuntimeException {
        Unavailable(Exception cause) {
            super("Kafka does not answer. Nothing is lost; try again later.", cause);
        }
    }

    private static final int AT_A_TIME = 50;
    /// Longer than the producer tries by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Database database;
    private final Producer<String, byte[]> producer;
    private final Clock clock;

    Replays(Database database, Producer<String, byte[]> producer, Clock clock) {
        this.database = database;
        this.producer = producer;
        this.clock = clock;
    }

    /// Tries one again.
    ///
    /// @return false when it is not rejected any more, or is not this organisation's
    /// @throws Unavailable when Kafka does not acknowledge
    public boolean again(Domains.Actor actor, UUID receipt) {
        actor.need(Permission.BRING_REPORTS);
        UUID tenant = actor.tenant();
        Optional<StoredRejection> found = database.inTenant(tenant,
                session -> session.rejectedReports().byReceipt(receipt));
        found.ifPresent(one -> send(tenant, List.of(one)));
        return found.isPresent();
    }

    /// Tries all again that a filter finds, newest first.
    ///
    /// @return how many
    /// @throws Unavailable when Kafka does not acknowledge; some may be on their way
    public int again(Domains.Actor actor, RejectedFilter filter) {
        actor.need(Permission.BRING_REPORTS);
        UUID tenant = actor.tenant();
        int all = 0;
        Optional<RejectedReportStore.Cursor> after = Optional.empty();
        while (true) {
            Optional<RejectedReportStore.Cursor> before = after;
            List<StoredRejection> some = database.inTenant(tenant,
                    session -> session.rejectedReports().page(filter, before, AT_A_TIME));
            send(tenant, some);
            all += some.size();
            if (some.size() < AT_A_TIME) {
                return all;
            }
            Receipt last = some.getLast().rejected().receipt();
            after = Optional.of(new RejectedReportStore.Cursor(last.receivedAt(), last.id()));
        }
    }

    private void send(UUID tenant, List<StoredRejection> some) {
        List<UUID> receipts = some.stream().map(one -> one.rejected().receipt().id()).toList();
        Instant now = clock.instant();
        database.useTenant(tenant, session -> session.rejectedReports().replaying(receipts, now));
        try {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (StoredRejection one : some) {
                message(tenant, one).ifPresent(message -> sent.add(producer.send(message)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            throw unavailable(tenant, receipts, away);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable(tenant, receipts, stopping);
        }
    }

    private Unavailable unavailable(UUID tenant, List<UUID> receipts, Exception cause) {
        database.useTenant(tenant, session -> session.rejectedReports().notReplaying(receipts));
        return new Unavailable(cause);
    }

    /// Empty for one that is gone by now.
    private Optional<ProducerRecord<String, byte[]>> message(UUID tenant, StoredRejection one) {
        Receipt receipt = one.rejected().receipt();
        Optional<String> token = one.rejected().domainId().flatMap(id -> database.inTenant(tenant,
                session -> session.domains().anyById(id))).map(PolicyDomain::reportToken);
        return database.inTenant(tenant, session -> session.rejectedReports().content(receipt.id())).map(content -> {
            var message = new ProducerRecord<>(Topics.TLSRPT_RECEIVED, token.orElse(receipt.id().toString()), content);
            if (token.isEmpty()) {
                header(message, ReceiptHeaders.TENANT, tenant.toString());
            }
            header(message, ReceiptHeaders.RECEIPT_ID, receipt.id().toString());
            header(message, ReceiptHeaders.TRANSPORT, receipt.transport());
            header(message, ReceiptHeaders.PEER, receipt.peer());
            header(message, ReceiptHeaders.RECEIVED_AT, receipt.receivedAt().toString());
            header(message, ReceiptHeaders.CONTENT_TYPE, receipt.contentType());
            header(message, ReceiptHeaders.REPLAY, "true");
            return message;
        });
    }

    private static void header(ProducerRecord<String, byte[]> message, String name, String value) {
        message.headers().add(name, value.getBytes(UTF_8));
    }
}
