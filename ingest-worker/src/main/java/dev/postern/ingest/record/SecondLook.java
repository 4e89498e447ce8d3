package dev.postern.ingest.record;

import dev.postern.db.report.UnsettledMailStore;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks again at mails whose signature could not be verified because the DNS gave no answer: recorded once more, a report
/// is known already, and is authentic from then if its signature is valid.
public final class SecondLook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);
    private static final Duration EVERY = Duration.ofMinutes(2);
    private static final int AT_A_TIME = 20;

    private final Database database;
    private final Recorder recorder;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("second-look").factory());

    SecondLook(Database database, Recorder recorder, Clock clock) {
        this.database = database;
        this.recorder = recorder;
        this.clock = clock;
    }

    /// Looks every two minutes.
    public static SecondLook start(Database database, Recorder recorder, Clock clock) {
        var look = new SecondLook(database, recorder, clock);
        look.thread.scheduleWithFixedDelay(look::lookIfAllIsThere, EVERY.toMillis(), EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        return look;
    }

    private void lookIfAllIsThere() {
        try {
            look();
        } catch (DataAccessException | LogUnavailable away) {
            LOG.info("Signatures can't be looked at again now; trying later: {}", away.getMessage());
        }
    }

    /// Looks at all that is due.
    void look() {
        Instant now = clock.instant();
        for (UUID tenant : UnsettledMailStore.due(database, now)) {
            List<UnsettledMailStore.Unsettled> some;
            do {
                some = database.inTenant(tenant, session -> session.unsettledMails().claim(now, AT_A_TIME));
                recorder.record(some.stream().map(mail -> new ReceivedReport(mail.token().isEmpty()
                        ? new Destination.Organisation(tenant) : new Destination.Address(mail.token()), mail.receipt(),
                        mail.mail(), Optional.empty())).toList());
            } while (some.size() == AT_A_TIME);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
