package dev.postern.db.probe;

import static dev.postern.db.jooq.Tables.OBSERVATION;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.observation.Observation;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.Vantage;
import dev.postern.stream.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.JSONB;

/// The newest observation of each domain, by vantage point.
public final class ObservationStore {

    private final TenantSession session;

    public ObservationStore(TenantSession session) {
        this.session = session;
    }

    /// Replaces what the same vantage point saw before.
    public void save(UUID domain, Observation seen) {
        save(domain, seen.vantage(), seen.at(), Json.text(seen));
    }

    /// The same for an MX host.
    public void save(UUID host, PublishedRecords seen) {
        save(host, seen.vantage(), seen.at(), Json.text(seen));
    }

    private void save(UUID domain, Vantage vantage, Instant instant, String text) {
        var json = JSONB.valueOf(text);
        var at = instant.atOffset(ZoneOffset.UTC);
        session.sql().insertInto(OBSERVATION)
                .set(OBSERVATION.TENANT_ID, session.tenant())
                .set(OBSERVATION.DOMAIN_ID, domain)
                .set(OBSERVATION.VANTAGE, vantage.name())
                .set(OBSERVATION.OBSERVED_AT, at)
                .set(OBSERVATION.OBSERVATION_, json)
                .onConflict(OBSERVATION.DOMAIN_ID, OBSERVATION.VANTAGE).doUpdate()
                .set(OBSERVATION.OBSERVED_AT, at)
                .set(OBSERVATION.OBSERVATION_, json)
                .execute();
    }

    /// When a vantage point last looked at a domain.
    ///
    /// @param vantage name of the vantage point
    public Optional<Instant> lastLook(UUID domain, String vantage) {
        return session.sql().select(OBSERVATION.OBSERVED_AT).from(OBSERVATION)
                .where(OBSERVATION.DOMAIN_ID.eq(domain), OBSERVATION.VANTAGE.eq(vantage))
                .fetchOptional(row -> row.value1().toInstant());
    }

    /// One for each vantage point that has looked at a domain, the newest first.
    public List<Observation> of(UUID domain) {
        return read(domain, Observation.class);
    }

    /// The same of an MX host.
    public List<PublishedRecords> ofMxHost(UUID host) {
        return read(host, PublishedRecords.class);
    }

    private <T> List<T> read(UUID domain, Class<T> type) {
        return session.sql().select(OBSERVATION.OBSERVATION_).from(OBSERVATION)
                .where(OBSERVATION.DOMAIN_ID.eq(domain)).orderBy(OBSERVATION.OBSERVED_AT.desc())
                .fetch(row -> Json.read(row.value1().data(), type));
    }
}
