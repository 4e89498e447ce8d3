package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.jooq.tables.records.DomainRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.RegisteredMxHost;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The MX hosts that an organisation has registered. What is done to one by its id alone (proof of ownership, the note
/// of a probe, removal) is in [DomainStore].
public final class RegisteredMxHostStore {

    private static final String KIND = "MX_HOST";

    private final TenantSession session;

    public RegisteredMxHostStore(TenantSession session) {
        this.session = session;
    }

    /// @return false when the organisation has the host already
    public boolean add(RegisteredMxHost host) {
        var at = host.createdAt().atOffset(ZoneOffset.UTC);
        return session.sql().insertInto(DOMAIN)
                .set(DOMAIN.TENANT_ID, session.tenant())
                .set(DOMAIN.DOMAIN_ID, host.id())
                .set(DOMAIN.KIND, KIND)
                .set(DOMAIN.NAME, host.name().ascii())
                .set(DOMAIN.PHASE, Phase.NONE.name())
                .set(DOMAIN.PHASE_SINCE, at)
                .set(DOMAIN.HOSTING, PolicyHosting.CUSTOMER.name())
                .set(DOMAIN.OWNERSHIP_TOKEN, host.ownershipToken())
                .set(DOMAIN.REPORT_TOKEN, host.reportToken())
                .set(DOMAIN.CREATED_AT, at)
                .set(DOMAIN.NEXT_PROBE_AT, at)
                .onConflict(DOMAIN.TENANT_ID, DOMAIN.NAME, DOMAIN.KIND).doNothing().execute() == 1;
    }

    /// By name in A-labels.
    public List<RegisteredMxHost> list() {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.KIND.eq(KIND)).orderBy(DOMAIN.NAME)
                .fetch(RegisteredMxHostStore::read);
    }

    public Optional<RegisteredMxHost> byName(DomainName name) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.NAME.eq(name.ascii()), DOMAIN.KIND.eq(KIND))
                .fetchOptional(RegisteredMxHostStore::read);
    }

    /// With the row locked until the transaction ends.
    public Optional<RegisteredMxHost> lock(UUID id) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id), DOMAIN.KIND.eq(KIND)).forUpdate()
                .fetchOptional(RegisteredMxHostStore::read);
    }

    /// The registered hosts to which a mail domain's mail goes, as its MX records were last seen, in their order.
    public List<RegisteredMxHost> serving(List<String> observedMx) {
        return list().stream().filter(host -> observedMx.contains(host.name().ascii()))
                .sorted(java.util.Comparator.comparingInt(host -> observedMx.indexOf(host.name().ascii()))).toList();
    }

    static RegisteredMxHost read(DomainRecord row) {
        return new RegisteredMxHost(row.getDomainId(), new DomainName(row.getName()), row.getOwnershipToken(),
                row.getReportToken(), Optional.ofNullable(row.getVerifiedAt()).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getVerifiedBy()).map(OwnershipProof::valueOf), row.getCreatedAt().toInstant(),
                Optional.ofNullable(row.getLastProbeAt()).map(OffsetDateTime::toInstant));
    }
}
