package dev.postern.db.dns;

import static dev.postern.db.jooq.Tables.DNS_WRITING;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/// Which domains, of all organisations, are due to have their records looked after.
public final class DnsSchedule {

    /// A domain whose records the caller alone may write until the claim ends.
    ///
    /// @param dueAt the time that made it due
    public record Claimed(UUID tenant, UUID domain, UUID claim, Instant dueAt) {
    }

    private final Database database;

    public DnsSchedule(Database database) {
        this.database = database;
    }

    /// Takes domains that are due. Several workers share them: what one is taking, or has taken and not yet given back,
    /// the others don't get.
    ///
    /// @param until when the claim ends by itself, should the worker crash
    /// @param most  how many at the most
    public List<Claimed> claim(Instant now, Instant until, int most) {
        var at = now.atOffset(ZoneOffset.UTC);
        return database.as(SystemRole.DNS, sql -> {
            var due = sql.select(DNS_WRITING.TENANT_ID, DNS_WRITING.DOMAIN_ID, DNS_WRITING.NEXT_RUN_AT).from(DNS_WRITING)
                    .where(DNS_WRITING.NEXT_RUN_AT.le(at),
                            DNS_WRITING.CLAIMED_UNTIL.isNull().or(DNS_WRITING.CLAIMED_UNTIL.lt(at)))
                    .orderBy(DNS_WRITING.NEXT_RUN_AT).limit(most).forUpdate().skipLocked()
                    .fetch(row -> new Claimed(row.value1(), row.value2(), UUID.randomUUID(), row.value3().toInstant()));
            for (Claimed claimed : due) {
                sql.update(DNS_WRITING).set(DNS_WRITING.CLAIM_ID, claimed.claim())
                        .set(DNS_WRITING.CLAIMED_UNTIL, until.atOffset(ZoneOffset.UTC))
                        .where(DNS_WRITING.DOMAIN_ID.eq(claimed.domain())).execute();
            }
            return due;
        });
    }
}
