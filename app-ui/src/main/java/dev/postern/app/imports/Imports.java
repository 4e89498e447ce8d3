package dev.postern.app.imports;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.Permission;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportStore;
import dev.postern.db.imports.ProblemItem;
import dev.postern.db.tenancy.Database;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;

/// Starts imports and reads a few of each organisation's at a time; the others wait.
public final class Imports implements AutoCloseable {

    /// Read at the same time for one organisation.
    private static final int AT_ONCE = 2;
    /// Read or waiting for one organisation: each waiting one takes room on the disk.
    private static final int MOST_OPEN = 20;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    /// Why an import is not begun.
    public static final class TooMany extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooMany() {
            super(MOST_OPEN + " imports of your organisation are waiting to be read. Try again when some are done.", null, false,
                    false);
        }
    }

    private record Turns(Semaphore atOnce, Semaphore open) {

        static Turns fresh() {
            return new Turns(new Semaphore(AT_ONCE, true), new Semaphore(MOST_OPEN));
        }
    }

    private final Database database;
    private final Producer<String, byte[]> producer;
    private final Spools spools;
    private final Clock clock;
    private final Map<UUID, Turns> turns = new ConcurrentHashMap<>();
    private final Map<UUID, Thread> running = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    public Imports(Database database, Producer<String, byte[]> producer, Spools spools, Clock clock) {
        this.database = database;
        this.producer = producer;
        this.spools = spools;
        this.clock = clock;
    }

    /// Room for the files of one import. Whoever asked closes it, or begins the import with it.
    ///
    /// @throws TooMany when an import could not be begun now anyway
    public Spool spool(Domains.Actor actor) throws IOException {
        actor.need(Permission.BRING_REPORTS);
        if (stopped || turns(actor.tenant()).open().availablePermits() == 0) {
            throw new TooMany();
        }
        return spools.open();
    }

    /// Most bytes of one import.
    public long mostBytes() {
        return spools.mostBytes();
    }

    /// Begins to read what was uploaded.
    ///
    /// @param spool with at least one file; closed when it is read, or when this fails
    /// @return the import's id
    /// @throws TooMany                              when too many wait already
    /// @throws org.jooq.exception.DataAccessException when the database fails; nothing is begun
    public UUID begin(Domains.Actor actor, Spool spool) {
        if (!actor.may(Permission.BRING_REPORTS)) {
            spool.close();
        }
        actor.need(Permission.BRING_REPORTS);
        spool.seal();
        Turns its = turns(actor.tenant());
        if (stopped || !its.open().tryAcquire()) {
            spool.close();
            throw new TooMany();
        }
        var job = new ImportJob(UUID.randomUUID(), name(spool.files()), actor.name(),
                clock.instant().truncatedTo(ChronoUnit.MICROS), spool.bytes(), ImportJob.Progress.NONE, Optional.empty());
        try {
            database.useTenant(actor.tenant(), session -> session.imports().add(job));
        } catch (RuntimeException failed) {
            its.open().release();
            spool.close();
            throw failed;
        }
        var run = new ImportRun(database, producer, clock, actor.tenant(), job, spool, its.atOnce());
        var thread = Thread.ofVirtual().name("import-" + job.id()).unstarted(() -> {
            try {
                run.run();
            } finally {
                its.open().release();
                running.remove(job.id());
            }
        });
        running.put(job.id(), thread);
        thread.start();
        return job.id();
    }

    /// How one import is doing.
    public Optional<ImportStatus> find(UUID tenant, UUID id) {
        return database.inTenant(tenant, session -> session.imports().byId(id, clock.instant())
                .map(job -> ImportStatus.of(session, job)));
    }

    /// An organisation's imports, newest first.
    ///
    /// @param before where the page before ended
    /// @param known  imports that were seen finished: these do not change, and are not looked at again
    public List<ImportStatus> page(UUID tenant, Optional<ImportStore.Cursor> before, int most,
                                   Map<UUID, ImportStatus> known) {
        return database.inTenant(tenant, session -> session.imports().page(before, most, clock.instant()).stream()
                .map(job -> Optional.ofNullable(known.get(job.id())).orElseGet(() -> ImportStatus.of(session, job)))
                .toList());
    }

    /// Items of an import of which something was not counted, in a stable order.
    ///
    /// @param after the receipt of the last one before
    public List<ProblemItem> problems(UUID tenant, UUID id, Optional<UUID> after, int most) {
        return database.inTenant(tenant, session -> session.imports().problems(id, after, most));
    }

    private Turns turns(UUID tenant) {
        return turns.computeIfAbsent(tenant, _ -> Turns.fresh());
    }

    private static String name(List<Spool.SpooledFile> files) {
        return files.getFirst().name() + switch (files.size()) {
            case 1 -> "";
            case 2 -> " and another file";
            default -> " and " + (files.size() - 1) + " more files";
        };
    }

    /// Interrupts what is read; it is noted as interrupted.
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        List<Thread> threads = List.copyOf(running.values());
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join(STOP_PATIENCE);
        }
    }
}
