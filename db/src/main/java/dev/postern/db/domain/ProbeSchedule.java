package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import dev.postern.rollout.Phase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Which domains, of all organisations, are due for a probe.
public final class ProbeSchedule {

    /// A domain whose turn it is.
    ///
    /// @param phaseSince when it came into its phase
    public record Due(UUID tenant, UUID domainId, String domain, Phase phase, Instant phaseSince) {
    }

    private final Database database;

    public ProbeSchedule(Database database) {
        this.database = database;
    }

    /// Takes the domains that are due and sets when each is due next. Several schedulers share the work: a domain that
    /// one is taking is skipped by the others.
    ///
    /// @param most how many at the most
    /// @param next when a domain is due again
    public List<Due> claim(Instant now, int most, Function<Due, Instant> next) {
        return database.as(SystemRole.SCHEDULER, sql -> {
            var due = sql.select(DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.PHASE, DOMAIN.PHASE_SINCE)
                    .from(DOMAIN).where(DOMAIN.NEXT_PROBE_AT.le(now.atOffset(ZoneOffset.UTC)))
                    .orderBy(DOMAIN.NEXT_PROBE_AT).limit(most).forUpdate().skipLocked()
                    .fetch(row -> new Due(row.value1(), row.value2(), row.value3(), Phase.valueOf(row.value4()),
                            row.value5().toInstant()));
            for (Due domain : due) {
                sql.update(DOMAIN).set(DOMAIN.NEXT_PROBE_AT, next.apply(domain).atOffset(ZoneOffset.UTC))
                        .where(DOMAIN.DOMAIN_ID.eq(domain.domainId())).execute();
            }
            return due;
        });
    }
}
