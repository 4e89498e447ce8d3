package dev.postern.app.imports;

import dev.postern.archive.ArchiveLimits;
import dev.postern.archive.ArchiveReader;
import dev.postern.archive.Found;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportState;
import dev.postern.db.tenancy.Database;
import dev.postern.parse.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the files of one import, once it is its turn.
///
/// One thread reads. Another notes each second how far that is, also while nothing moves: so everybody can tell an import
/// that goes on from one whose process is gone.
final class ImportRun {

    private static final Logger LOG = LoggerFactory.getLogger(ImportRun.class);
    private static final int MOST_BYTES_OF_AN_ITEM = 20 * 1024 * 1024;
    /// For a database that is away when an import ends.
    private static final int ATTEMPTS_AT_THE_END = 60;

    /// The process stops, seen from within the reader.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record End(ImportState state, String problem) {
    }

    private final Database database;
    private final Clock clock;
    private final UUID tenant;
    private final ImportJob job;
    private final Spool spool;
    private final Semaphore turns;
    private final ItemLog log;
    private final LeftOutCount leftOut = new LeftOutCount();
    private final ArchiveReader reader = new ArchiveReader(ArchiveLimits.usual(MOST_BYTES_OF_AN_ITEM), this::take);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile ImportState state = ImportState.WAITING;
    private volatile String problem = "";

    /// @param turns the organisation's; one is held while reading
    ImportRun(Database database, Producer<String, byte[]> producer, Clock clock, UUID tenant, ImportJob job, Spool spool,
              Semaphore turns) {
        this.database = database;
        this.clock = clock;
        this.tenant = tenant;
        this.job = job;
        this.spool = spool;
        this.turns = turns;
        this.log = new ItemLog(producer, tenant, job.id(), job.startedBy(), job.createdAt());
    }

    /// Runs to the end, or until interrupted.
    void run() {
        var notes = Thread.ofVirtual().name("import-notes").start(this::keepNotes);
        End end = new End(ImportState.FAILED, "Postern could not read this import. Its log says why.");
        try (spool) {
            end = whenItIsTime();
        } finally {
            problem = end.problem();
            state = end.state();
            over.countDown();
            finish(notes);
        }
    }

    private End whenItIsTime() {
        try {
            turns.acquire();
        } catch (InterruptedException stopping) {
            return new End(ImportState.INTERRUPTED, "");
        }
        try {
            state = ImportState.READING;
            Optional<Problem> early = readFiles();
            log.await();
            return early.map(found -> new End(ImportState.FAILED, found.message()))
                    .orElseGet(() -> new End(ImportState.READ, ""));
        } catch (Stopped | InterruptedException stopping) {
            return new End(ImportState.INTERRUPTED, "");
        } catch (ItemLog.Unavailable away) {
            LOG.warn("Import {} ends early, Kafka does not take its items: {}", job.id(), away.getMessage());
            return new End(ImportState.FAILED, "Postern's log could not take all of it. What it took counts; upload the same "
                    + "again later for the rest, nothing counts twice.");
        } catch (IOException unreadable) {
            LOG.error("The files of import {} can't be read", job.id(), unreadable);
            return new End(ImportState.FAILED, "The uploaded file can't be read from the server's disk. Upload it again.");
        } finally {
            turns.release();
        }
    }

    /// Damage of one file does not keep the others from being read; a limit holds for all.
    private Optional<Problem> readFiles() throws IOException {
        Optional<Problem> first = Optional.empty();
        for (Spool.SpooledFile file : spool.files()) {
            try (var content = Files.newInputStream(file.path())) {
                Optional<Problem> early = reader.read(file.name(), content);
                if (Thread.currentThread().isInterrupted()) {
                    // An interrupted thread's file is closed under it, which looks like damage.
                    throw new Stopped();
                }
                first = first.or(() -> early);
                if (early.isPresent() && !early.get().code().equals(ArchiveReader.DAMAGED)) {
                    return early;
                }
            }
        }
        return first;
    }

    private void take(Found found) {
        if (Thread.currentThread().isInterrupted()) {
            throw new Stopped();
        }
        switch (found) {
            case Found.Item item -> {
                try {
                    log.send(item);
                } catch (InterruptedException stopping) {
                    throw new Stopped();
                }
            }
            case Found.LeftOut left -> leftOut.add(left);
        }
    }

    private void keepNotes() {
        int attempts = 0;
        boolean last;
        boolean noted;
        do {
            last = awaitSecond();
            noted = note();
            attempts += last ? 1 : 0;
        } while (!last || !noted && attempts < ATTEMPTS_AT_THE_END && pause());
    }

    /// @return whether the import is over
    private boolean awaitSecond() {
        try {
            return over.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException never) {
            return true;
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException stopping) {
            return false;
        }
    }

    private boolean note() {
        ImportState now = state;
        var progress = new ImportJob.Progress(now, reader.bytesRead(), log.acknowledged(), leftOut.total(),
                leftOut.reasons(), problem);
        try {
            database.useTenant(tenant, session -> session.imports().progress(job.id(), progress, clock.instant()));
            return true;
        } catch (DataAccessException away) {
            LOG.warn("Can't note how far import {} is: {}", job.id(), away.getMessage());
            return false;
        }
    }

    private static void finish(Thread notes) {
        boolean stopping = Thread.interrupted();
        try {
            if (stopping) {
                // The database may be away too, and nobody waits for a process that stops.
                notes.join(java.time.Duration.ofSeconds(2));
                notes.interrupt();
            } else {
                notes.join();
            }
        } catch (InterruptedException stop) {
            notes.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
