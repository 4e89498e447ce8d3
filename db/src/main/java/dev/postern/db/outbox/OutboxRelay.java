package dev.postern.db.outbox;

import static dev.postern.db.jooq.Tables.OUTBOX;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the outbox to Kafka, in order, at least once.
///
/// Every process with a database may run one: a lock in PostgreSQL lets a single one work at a time, since two would
/// let a later policy overtake an earlier one. Rows go only once Kafka has acknowledged them. It asks every
/// [#PAUSE]; a policy must be served within a second of its publication, and an empty table costs one index look-up.
public final class OutboxRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration SEND_WAIT = Duration.ofSeconds(30);
    private static final int BATCH = 500;
    private static final long LOCK = 7_305_428_905_678L;

    private final Database database;
    private final Producer<String, byte[]> producer;
    private final Thread thread;
    private volatile boolean closed;

    /// @param producer with acks=all and idempotence; stays the caller's to close
    public OutboxRelay(Database database, Producer<String, byte[]> producer) {
        this.database = database;
        this.producer = producer;
        this.thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                int sent = database.as(SystemRole.RELAY, sql -> {
                    boolean mine = sql.fetchSingle("select pg_try_advisory_xact_lock({0})",
                            org.jooq.impl.DSL.val(LOCK)).get(0, Boolean.class);
                    return mine ? relay(sql) : 0;
                });
                if (failing) {
                    LOG.info("The outbox is carried to Kafka again");
                }
                failing = false;
                if (sent < BATCH) {
                    Thread.sleep(PAUSE);
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (DataAccessException | KafkaException | Undelivered away) {
                if (closed) {
                    return;
                }
                if (!failing) {
                    LOG.warn("The outbox can't be carried to Kafka now; it is kept and tried again: {}",
                            away.getMessage());
                }
                failing = true;
                if (!pauseAfterFailure()) {
                    return;
                }
            }
        }
    }

    private int relay(org.jooq.DSLContext sql) {
        var rows = sql.selectFrom(OUTBOX).orderBy(OUTBOX.ID).limit(BATCH).fetch();
        var sending = new ArrayList<Future<RecordMetadata>>(rows.size());
        for (var row : rows) {
            sending.add(producer.send(new ProducerRecord<>(row.getTopic(), row.getKey(), row.getValue())));
        }
        try {
            for (var acknowledgement : sending) {
                acknowledgement.get(SEND_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException refused) {
            throw new Undelivered(refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Undelivered(interrupted);
        }
        if (!rows.isEmpty()) {
            sql.deleteFrom(OUTBOX).where(OUTBOX.ID.in(rows.getValues(OUTBOX.ID))).execute();
        }
        return rows.size();
    }

    private static boolean pauseAfterFailure() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Undelivered extends RuntimeException {
        Undelivered(Exception cause) {
            super(cause.toString(), cause);
        }
    }
}
