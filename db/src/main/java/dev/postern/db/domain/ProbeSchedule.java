package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import dev.postern.rollout.Phase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Which domains and MX hosts, of all organisations, are due for a probe.
public final class ProbeSchedule {

    /// A domain or MX host whose turn it is.
    ///
    /// @param phase empty for an MX host
    /// @param since when it came into its phase; for an MX host, when it was registered
    public record Due(UUID tenant, UUID domainId, String domain, Optional<Phase> phase, Instant since) {
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
            var due = sql.select(DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.KIND, DOMAIN.PHASE,
                            DOMAIN.PHASE_SINCE)
                    .from(DOMAIN).where(DOMAIN.NEXT_PROBE_AT.le(now.atOffset(ZoneOffset.UTC)))
                    .orderBy(DOMAIN.NEXT_PROBE_AT).limit(most).forUpdate().skipLocked()
                    .fetch(row -> new Due(row.value1(), row.value2(), row.value3(), row.value4().equals("MX_HOST")
                            ? Optional.empty() : Optional.of(Phase.valueOf(row.value5())), row.value6().toInstant()));
            for (Due domain : due) {
                sql.update(DOMAIN).set(DOMAIN.NEXT_PROBE_AT, next.apply(domain).atOffset(ZoneOffset.UTC))
                        .where(DOMAIN.DOMAIN_ID.eq(domain.domainId())).execute();
            }
            return due;
        });
    }
}
