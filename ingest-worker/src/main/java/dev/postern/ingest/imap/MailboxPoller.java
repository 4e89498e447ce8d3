package dev.postern.ingest.imap;

import dev.postern.db.mailbox.MailboxSchedule;
import dev.postern.db.mailbox.MailboxSchedule.Claimed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for mailboxes that are due and has them read, several at a time. Any number of processes may run one: the
/// database hands every mailbox to one of them.
public final class MailboxPoller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxPoller.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MailboxSchedule schedule;
    private final MailboxReader reader;
    private final InstantSource clock;
    private final Duration lease;
    private final int concurrency;
    private final Semaphore free;
    private final Thread thread;
    private volatile boolean closed;

    private MailboxPoller(MailboxSchedule schedule, MailboxReader reader, InstantSource clock, Duration lease,
                          int concurrency) {
        this.schedule = schedule;
        this.reader = reader;
        this.clock = clock;
        this.lease = lease;
        this.concurrency = concurrency;
        this.free = new Semaphore(concurrency);
        this.thread = Thread.ofVirtual().name("mailbox-poller").unstarted(this::run);
    }

    /// @param lease       how long a mailbox stays with this process should it crash; longer than a step of reading takes
    /// @param concurrency mailboxes read at a time
    public static MailboxPoller start(MailboxSchedule schedule, MailboxReader reader, InstantSource clock, Duration lease,
                                      int concurrency) {
        var poller = new MailboxPoller(schedule, reader, clock, lease, concurrency);
        poller.thread.start();
        return poller;
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                readDue();
                failing = false;
            } catch (DataAccessException away) {
                if (!failing && !closed) {
                    LOG.warn("Mailboxes can't be looked for now, trying on: {}", away.getMessage());
                }
                failing = true;
            } catch (InterruptedException stopped) {
                return;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void readDue() throws InterruptedException {
        free.acquire();
        int places = 1 + free.drainPermits();
        List<Claimed> due = List.of();
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            due = schedule.claim(now, now.plus(lease), places);
        } finally {
            free.release(places - due.size());
        }
        for (Claimed claimed : due) {
            Thread.ofVirtual().name("mailbox-" + claimed.mailbox()).start(() -> read(claimed));
        }
    }

    private void read(Claimed claimed) {
        try {
            reader.read(claimed, () -> closed);
        } catch (DataAccessException away) {
            LOG.warn("What became of mailbox {} can't be noted; it is read again once its claim has ended: {}",
                    claimed.mailbox(), away.getMessage());
        } finally {
            free.release();
        }
    }

    /// Waits a moment for what is being read.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (!free.tryAcquire(concurrency, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.info("A mailbox was left in the middle; another worker goes on once the claim has ended");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
