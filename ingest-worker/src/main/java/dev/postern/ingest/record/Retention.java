package dev.postern.ingest.record;

import dev.postern.db.account.OrganisationStore;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets reports that are older than their organisation keeps them, and who fetched policies that nobody can hold any
/// more: some at a time, so that nobody waits for it.
/// Several processes may do so at once: what one is forgetting, the others pass over.
public final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int AT_A_TIME = 500;

    private final Database database;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("retention").factory());

    Retention(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Begins now, and goes on every hour.
    public static Retention start(Database database, Clock clock) {
        var retention = new Retention(database, clock);
        retention.thread.scheduleWithFixedDelay(retention::forgetIfThereIsADatabase, 0, EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        return retention;
    }

    private void forgetIfThereIsADatabase() {
        try {
            forget();
        } catch (DataAccessException away) {
            LOG.info("Old reports can't be forgotten now; trying again in an hour: {}", away.getMessage());
        }
    }

    /// Forgets all that is due.
    void forget() {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        OrganisationStore.retention(database).forEach((tenant, days) -> {
            LocalDate before = today.minusDays(days);
            int reports = inSteps(tenant, session -> session.recording().forget(before, AT_A_TIME));
            int rejected = inSteps(tenant, session -> session.rejectedReports()
                    .forget(before.atStartOfDay().toInstant(ZoneOffset.UTC), AT_A_TIME));
            inSteps(tenant, session -> session.policyFetches().forget(clock.instant(), AT_A_TIME));
            if (reports + rejected > 0) {
                LOG.info("Forgot {} reports and {} rejected ones of organisation {}, older than {} days", reports,
                        rejected, tenant, days);
            }
        });
    }

    private int inSteps(UUID tenant, ToIntFunction<TenantSession> step) {
        int all = 0;
        while (true) {
            int some = database.inTenant(tenant, step::applyAsInt);
            all += some;
            if (some < AT_A_TIME) {
                return all;
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
