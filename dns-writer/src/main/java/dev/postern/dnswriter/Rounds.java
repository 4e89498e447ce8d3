package dev.postern.dnswriter;

import dev.postern.db.dns.DnsSchedule;
import dev.postern.db.dns.DnsSchedule.Claimed;
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

/// Hands domains whose records are due to the writer, several at a time. Several processes may each run one: the
/// database hands every domain to one of them.
final class Rounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final DnsSchedule schedule;
    private final RecordWriter writer;
    private final InstantSource clock;
    private final int concurrency;
    private final Semaphore free;
    private final Thread thread;
    private volatile boolean closed;

    /// Starts them.
    Rounds(DnsSchedule schedule, RecordWriter writer, InstantSource clock, int concurrency) {
        this.schedule = schedule;
        this.writer = writer;
        this.clock = clock;
        this.concurrency = concurrency;
        this.free = new Semaphore(concurrency);
        this.thread = Thread.ofVirtual().name("dns-writer").start(this::run);
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                writeDue();
                failing = false;
                Thread.sleep(PAUSE);
            } catch (DataAccessException away) {
                if (!failing && !closed) {
                    LOG.warn("Domains to write can't be looked for now, trying on: {}", away.getMessage());
                }
                failing = true;
                if (!rest()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private static boolean rest() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void writeDue() throws InterruptedException {
        free.acquire();
        int places = 1 + free.drainPermits();
        List<Claimed> due = List.of();
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            due = schedule.claim(now, now.plus(RecordWriter.LEASE), places);
        } finally {
            free.release(places - due.size());
        }
        for (Claimed claimed : due) {
            Thread.ofVirtual().name("dns-writer-" + claimed.domain()).start(() -> write(claimed));
        }
    }

    private void write(Claimed claimed) {
        try {
            writer.write(claimed);
        } catch (DataAccessException away) {
            LOG.warn("What became of the records of domain {} can't be noted; it is looked at again once its claim has "
                    + "ended: {}", claimed.domain(), away.getMessage());
        } finally {
            free.release();
        }
    }

    /// Waits a moment for what is being written.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (!free.tryAcquire(concurrency, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.info("A domain was left in the middle; another process goes on once the claim has ended");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
