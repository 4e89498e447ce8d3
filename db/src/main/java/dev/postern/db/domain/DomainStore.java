package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.val;

import dev.postern.db.jooq.tables.records.DomainRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.name.DomainName;
import dev.postern.rollout.MxCertificate;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.PolicyHosting;
import dev.postern.stream.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.JSONB;
import org.jooq.exception.IntegrityConstraintViolationException;

/// An organisation's mail domains. They share a table with its MX hosts, since reports, findings, ownership and events
/// hang on both in the same way; what is done by id alone is done here for both.
public final class DomainStore {

    static final String KIND = "MAIL_DOMAIN";

    private final TenantSession session;

    public DomainStore(TenantSession session) {
        this.session = session;
    }

    /// @return false when the organisation has the domain already
    public boolean add(MailDomain domain) {
        return session.sql().insertInto(DOMAIN)
                .set(DOMAIN.TENANT_ID, session.tenant())
                .set(DOMAIN.DOMAIN_ID, domain.id())
                .set(DOMAIN.NAME, domain.name().ascii())
                .set(DOMAIN.PHASE, domain.phase().name())
                .set(DOMAIN.PHASE_SINCE, utc(domain.phaseSince()))
                .set(DOMAIN.HOSTING, domain.hosting().name())
                .set(DOMAIN.OWNERSHIP_TOKEN, domain.ownershipToken())
                .set(DOMAIN.REPORT_TOKEN, domain.reportToken())
                .set(DOMAIN.ADDITIONAL_RUA, domain.additionalRua().orElse(null))
                .set(DOMAIN.CREATED_AT, utc(domain.createdAt()))
                .set(DOMAIN.NEXT_PROBE_AT, utc(domain.createdAt()))
                .set(DOMAIN.KIND, KIND)
                .onConflict(DOMAIN.TENANT_ID, DOMAIN.NAME, DOMAIN.KIND).doNothing().execute() == 1;
    }

    /// By name in A-labels.
    public List<MailDomain> list() {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.KIND.eq(KIND)).orderBy(DOMAIN.NAME).fetch(DomainStore::read);
    }

    public Optional<MailDomain> byName(DomainName name) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.NAME.eq(name.ascii()), DOMAIN.KIND.eq(KIND))
                .fetchOptional(DomainStore::read);
    }

    public Optional<MailDomain> byId(UUID id) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id), DOMAIN.KIND.eq(KIND))
                .fetchOptional(DomainStore::read);
    }

    /// The same, with the row locked until the transaction ends: changes to one domain happen one after another.
    public Optional<MailDomain> lock(UUID id) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id), DOMAIN.KIND.eq(KIND)).forUpdate()
                .fetchOptional(DomainStore::read);
    }

    /// Those of these that are there, by name in A-labels.
    public List<MailDomain> byIds(Collection<UUID> ids) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.in(ids), DOMAIN.KIND.eq(KIND))
                .orderBy(DOMAIN.NAME).fetch(DomainStore::read);
    }

    /// Locks several domains and MX hosts, in an order that lets nobody wait in a circle.
    ///
    /// @return the ids of those that are there
    public Set<UUID> lock(Collection<UUID> ids) {
        return session.sql().select(DOMAIN.DOMAIN_ID).from(DOMAIN).where(DOMAIN.DOMAIN_ID.in(ids))
                .orderBy(DOMAIN.DOMAIN_ID).forUpdate().fetchSet(DOMAIN.DOMAIN_ID);
    }

    /// Has domains and MX hosts probed as soon as may be, each unless its last probe is younger than an hour: what
    /// strangers say must not make more work than that.
    ///
    /// @param times when there was reason to, by domain
    public void probeSoon(Map<UUID, Instant> times) {
        if (!times.isEmpty()) {
            session.sql().execute("update postern.domain d set next_probe_at = least(d.next_probe_at, t.at) "
                    + "from unnest({0}, {1}) as t(id, at) "
                    + "where d.domain_id = t.id and d.last_probe_at < t.at - interval '1 hour'",
                    val(times.keySet().toArray(UUID[]::new)),
                    val(times.values().stream().map(DomainStore::utc).toArray(OffsetDateTime[]::new)));
        }
    }

    /// A domain or MX host, whichever bears the id.
    public Optional<PolicyDomain> anyById(UUID id) {
        return session.sql().selectFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id)).fetchOptional(DomainStore::readAny);
    }

    /// Of a domain or MX host.
    ///
    /// @return false when another organisation has proven ownership of the same name; nothing is changed then
    public boolean markVerified(UUID id, OwnershipProof proof, Instant at) {
        try {
            // A savepoint, so that a refusal leaves the surrounding transaction usable.
            session.sql().transaction(inner -> inner.dsl().update(DOMAIN)
                    .set(DOMAIN.VERIFIED_AT, utc(at))
                    .set(DOMAIN.VERIFIED_BY, proof.name())
                    .where(DOMAIN.DOMAIN_ID.eq(id)).execute());
            return true;
        } catch (IntegrityConstraintViolationException provenElsewhere) {
            return false;
        }
    }

    /// Each phase has an interval of its own between probes, so what was due by that of the one before is due now.
    public void setPhase(UUID id, Phase phase, Instant since) {
        session.sql().update(DOMAIN).set(DOMAIN.PHASE, phase.name()).set(DOMAIN.PHASE_SINCE, utc(since))
                .set(DOMAIN.NEXT_PROBE_AT, least(DOMAIN.NEXT_PROBE_AT, val(utc(since))))
                .where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    public void setHosting(UUID id, PolicyHosting hosting) {
        session.sql().update(DOMAIN).set(DOMAIN.HOSTING, hosting.name()).where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    public void setAdditionalRua(UUID id, Optional<String> rua) {
        session.sql().update(DOMAIN).set(DOMAIN.ADDITIONAL_RUA, rua.orElse(null)).where(DOMAIN.DOMAIN_ID.eq(id))
                .execute();
    }

    /// @param selectors valid selectors, lower case
    public void setDkimSelectors(UUID id, Set<String> selectors) {
        session.sql().update(DOMAIN).set(DOMAIN.DKIM_SELECTORS, selectors.stream().sorted().toArray(String[]::new))
                .where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    /// The answers to the questionnaire whether the domain needs MTA-STS yet, as JSON; empty until given.
    public Optional<String> need(UUID id) {
        return session.sql().select(DOMAIN.NEED).from(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id)).fetchOptional(DOMAIN.NEED)
                .map(JSONB::data);
    }

    public void setNeed(UUID id, String answers) {
        session.sql().update(DOMAIN).set(DOMAIN.NEED, JSONB.valueOf(answers)).where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    /// Notes that a probe of a domain or MX host has been, and what MXs it saw.
    ///
    /// @param mx empty when it could not tell: the last known stay
    public void probed(UUID id, Instant at, Optional<List<String>> mx) {
        session.sql().update(DOMAIN).set(DOMAIN.LAST_PROBE_AT, greatest(coalesce(DOMAIN.LAST_PROBE_AT, utc(at)),
                        val(utc(at))))
                .where(DOMAIN.DOMAIN_ID.eq(id)).execute();
        mx.ifPresent(hosts -> session.sql().update(DOMAIN)
                .set(DOMAIN.OBSERVED_MX, hosts.toArray(String[]::new)).where(DOMAIN.DOMAIN_ID.eq(id)).execute());
    }

    /// How long the certificates of its MXs last, as last seen.
    public List<MxCertificate> mxCertificates(UUID id) {
        return session.sql().select(DOMAIN.MX_CERTIFICATES).from(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id))
                .fetchOptional(DOMAIN.MX_CERTIFICATES)
                .map(json -> List.of(Json.read(json.data(), MxCertificate[].class))).orElse(List.of());
    }

    /// The same of several domains.
    public Map<UUID, List<MxCertificate>> mxCertificates(Collection<UUID> ids) {
        return session.sql().select(DOMAIN.DOMAIN_ID, DOMAIN.MX_CERTIFICATES).from(DOMAIN).where(DOMAIN.DOMAIN_ID.in(ids))
                .fetchMap(row -> row.value1(), row -> List.of(Json.read(row.value2().data(), MxCertificate[].class)));
    }

    public void setMxCertificates(UUID id, List<MxCertificate> certificates) {
        session.sql().update(DOMAIN).set(DOMAIN.MX_CERTIFICATES, JSONB.valueOf(Json.text(certificates)))
                .where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    /// Removes a domain or MX host with its policies, findings and reports. The timeline keeps what happened.
    public void remove(UUID id) {
        session.sql().deleteFrom(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id)).execute();
    }

    private static PolicyDomain readAny(DomainRecord row) {
        return row.getKind().equals(KIND) ? read(row) : RegisteredMxHostStore.read(row);
    }

    static MailDomain read(DomainRecord row) {
        return new MailDomain(row.getDomainId(), new DomainName(row.getName()), Phase.valueOf(row.getPhase()),
                row.getPhaseSince().toInstant(), PolicyHosting.valueOf(row.getHosting()), row.getOwnershipToken(),
                row.getReportToken(), Optional.ofNullable(row.getAdditionalRua()),
                Optional.ofNullable(row.getVerifiedAt()).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getVerifiedBy()).map(OwnershipProof::valueOf),
                row.getCreatedAt().toInstant(), Arrays.asList(row.getObservedMx()),
                Optional.ofNullable(row.getLastProbeAt()).map(OffsetDateTime::toInstant),
                Set.copyOf(Arrays.asList(row.getDkimSelectors())));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
