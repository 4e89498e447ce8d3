package dev.postern.ingest.record;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.MessageListener;

/// Hands each message of the log to the recorder.
///
/// While the database is away the message comes again, for as long as that takes: nothing behind it overtakes it, and
/// nothing is lost. A message on which the recorder itself fails is tried a few times, then kept aside.
final class RecordingListener implements MessageListener<String, byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(RecordingListener.class);
    private static final int TRIES = 3;

    private final Recorder recorder;
    private final Map<UUID, Integer> failures = new HashMap<>();

    RecordingListener(Recorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void onMessage(ConsumerRecord<String, byte[]> message) {
        Received received = Received.of(message);
        try {
            recorder.record(received);
            forget(received.receipt().id());
        } catch (DataAccessException databaseAway) {
            if (databaseAway.sqlStateClass() != org.jooq.exception.SQLStateClass.C22_DATA_EXCEPTION) {
                throw databaseAway;
            }
            // The database works and can't store this: it never will.
            LOG.error("A received report can't be stored and is kept aside", databaseAway);
            recorder.keepAside(received, databaseAway);
        } catch (RuntimeException bug) {
            if (failedBefore(received.receipt().id()) < TRIES) {
                throw bug;
            }
            LOG.error("A received report can't be handled and is kept aside", bug);
            recorder.keepAside(received, bug);
            forget(received.receipt().id());
        }
    }

    private synchronized int failedBefore(UUID receipt) {
        return failures.merge(receipt, 1, Integer::sum);
    }

    private synchronized void forget(UUID receipt) {
        failures.remove(receipt);
    }
}
