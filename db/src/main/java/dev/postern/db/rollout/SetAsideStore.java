package dev.postern.db.rollout;

import static dev.postern.db.jooq.Tables.SET_ASIDE;

import dev.postern.db.jooq.tables.records.SetAsideRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.SetAside;
import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Failures that persons have set aside. None is ever deleted.
public final class SetAsideStore {

    private final TenantSession session;

    public SetAsideStore(TenantSession session) {
        this.session = session;
    }

    public void add(UUID domain, SetAside aside) {
        session.sql().insertInto(SET_ASIDE)
                .set(SET_ASIDE.TENANT_ID, session.tenant())
                .set(SET_ASIDE.SET_ASIDE_ID, aside.id())
                .set(SET_ASIDE.DOMAIN_ID, domain)
                .set(SET_ASIDE.ORGANIZATION_NAME, aside.organization())
                .set(SET_ASIDE.RESULT_TYPE, aside.type().map(Enum::name).orElse(null))
                .set(SET_ASIDE.MX, aside.mx().orElse(null))
                .set(SET_ASIDE.REASON, aside.reason())
                .set(SET_ASIDE.SET_BY, aside.by())
                .set(SET_ASIDE.SET_AT, aside.at().atOffset(ZoneOffset.UTC))
                .execute();
    }

    /// @return what was ended; empty when it is not there or has ended before
    public Optional<SetAside> end(UUID domain, UUID id, String by, Instant at) {
        return session.sql().update(SET_ASIDE).set(SET_ASIDE.ENDED_BY, by)
                .set(SET_ASIDE.ENDED_AT, at.atOffset(ZoneOffset.UTC))
                .where(SET_ASIDE.DOMAIN_ID.eq(domain), SET_ASIDE.SET_ASIDE_ID.eq(id), SET_ASIDE.ENDED_AT.isNull())
                .returning().fetchOptional(SetAsideStore::read);
    }

    /// All of a domain, newest first, also those that have ended.
    public List<SetAside> of(UUID domain) {
        return session.sql().selectFrom(SET_ASIDE).where(SET_ASIDE.DOMAIN_ID.eq(domain))
                .orderBy(SET_ASIDE.SET_AT.desc(), SET_ASIDE.SET_ASIDE_ID).fetch(SetAsideStore::read);
    }

    /// The same of several domains.
    public Map<UUID, List<SetAside>> of(Collection<UUID> domains) {
        return session.sql().selectFrom(SET_ASIDE).where(SET_ASIDE.DOMAIN_ID.in(domains))
                .orderBy(SET_ASIDE.SET_AT.desc(), SET_ASIDE.SET_ASIDE_ID)
                .fetchGroups(SetAsideRecord::getDomainId, SetAsideStore::read);
    }

    private static SetAside read(SetAsideRecord row) {
        return new SetAside(row.getSetAsideId(), row.getOrganizationName(),
                Optional.ofNullable(row.getResultType()).map(ResultType::valueOf), Optional.ofNullable(row.getMx()),
                row.getReason(), row.getSetBy(), row.getSetAt().toInstant(), Optional.ofNullable(row.getEndedAt())
                .map(at -> new SetAside.Ended(row.getEndedBy(), at.toInstant())));
    }
}
