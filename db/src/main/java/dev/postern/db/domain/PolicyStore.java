package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.FOREIGN_POLICY;
import static dev.postern.db.jooq.Tables.POLICY;
import static dev.postern.db.jooq.Tables.POLICY_SIGHTING;
import static org.jooq.impl.DSL.excluded;

import com.google.common.hash.Hashing;
import dev.postern.db.jooq.tables.records.PolicyRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.rollout.ForeignPolicy;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.setup.PublishedPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// The versions of each domain's policy. A version never changes once written.
public final class PolicyStore {

    private final TenantSession session;

    public PolicyStore(TenantSession session) {
        this.session = session;
    }

    public void add(UUID domain, PublishedPolicy policy) {
        session.sql().insertInto(POLICY)
                .set(POLICY.TENANT_ID, session.tenant())
                .set(POLICY.DOMAIN_ID, domain)
                .set(POLICY.VERSION, policy.version())
                .set(POLICY.MODE, policy.policy().mode().name())
                .set(POLICY.MAX_AGE, policy.policy().maxAgeSeconds())
                .set(POLICY.MX, policy.policy().mx().stream().map(MxPattern::pattern).toArray(String[]::new))
                .set(POLICY.POLICY_ID, policy.id())
                .set(POLICY.CREATED_AT, policy.createdAt().atOffset(ZoneOffset.UTC))
                .set(POLICY.CREATED_BY, policy.createdBy())
                .execute();
    }

    public Optional<PublishedPolicy> newest(UUID domain) {
        return session.sql().selectFrom(POLICY).where(POLICY.DOMAIN_ID.eq(domain))
                .orderBy(POLICY.VERSION.desc()).limit(1).fetchOptional(PolicyStore::read);
    }

    /// All versions, newest first.
    public List<PublishedPolicy> history(UUID domain) {
        return session.sql().selectFrom(POLICY).where(POLICY.DOMAIN_ID.eq(domain))
                .orderBy(POLICY.VERSION.desc()).fetch(PolicyStore::read);
    }

    /// Every policy that senders may have fetched, and how far each got.
    public PolicyTrail trail(UUID domain) {
        return trails(List.of(domain)).get(domain);
    }

    /// The same of several domains, in two queries however many they are.
    ///
    /// @return of each that was asked for, also where nothing was ever published
    public Map<UUID, PolicyTrail> trails(Collection<UUID> domains) {
        var versions = session.sql().select(POLICY.fields()).select(POLICY_SIGHTING.SERVED_AT,
                        POLICY_SIGHTING.ANNOUNCED_AT, POLICY_SIGHTING.REPLACED_AT)
                .from(POLICY).leftJoin(POLICY_SIGHTING).on(POLICY_SIGHTING.DOMAIN_ID.eq(POLICY.DOMAIN_ID))
                .and(POLICY_SIGHTING.VERSION.eq(POLICY.VERSION)).where(POLICY.DOMAIN_ID.in(domains))
                .fetchGroups(row -> row.get(POLICY.DOMAIN_ID), row -> new PolicyVersion(read(row.into(POLICY)), instant(row.get(POLICY_SIGHTING.SERVED_AT)),
                        instant(row.get(POLICY_SIGHTING.ANNOUNCED_AT)), instant(row.get(POLICY_SIGHTING.REPLACED_AT))));
        var foreign = session.sql().selectFrom(FOREIGN_POLICY).where(FOREIGN_POLICY.DOMAIN_ID.in(domains))
                .orderBy(FOREIGN_POLICY.FIRST_SEEN_AT, FOREIGN_POLICY.BODY_SHA256)
                .fetchGroups(row -> row.getDomainId(), row -> new ForeignPolicy(new StsPolicy(Mode.valueOf(row.getMode()), row.getMaxAge(),
                        Arrays.stream(row.getMx()).map(MxPattern::new).toList(), Map.of()),
                        row.getFirstSeenAt().toInstant(), instant(row.getReplacedAt())));
        return domains.stream().distinct().collect(Collectors.toMap(domain -> domain, domain -> new PolicyTrail(
                versions.getOrDefault(domain, List.of()), foreign.getOrDefault(domain, List.of()))));
    }

    /// Keeps how far each policy got. Further keys of a foreign policy are not kept: they decide nothing here.
    public void save(UUID domain, PolicyTrail trail) {
        for (PolicyVersion version : trail.versions()) {
            session.sql().insertInto(POLICY_SIGHTING)
                    .set(POLICY_SIGHTING.TENANT_ID, session.tenant())
                    .set(POLICY_SIGHTING.DOMAIN_ID, domain)
                    .set(POLICY_SIGHTING.VERSION, version.published().version())
                    .set(POLICY_SIGHTING.SERVED_AT, utc(version.servedAt()))
                    .set(POLICY_SIGHTING.ANNOUNCED_AT, utc(version.announcedAt()))
                    .set(POLICY_SIGHTING.REPLACED_AT, utc(version.replacedAt()))
                    .onConflict(POLICY_SIGHTING.DOMAIN_ID, POLICY_SIGHTING.VERSION).doUpdate()
                    .set(POLICY_SIGHTING.SERVED_AT, excluded(POLICY_SIGHTING.SERVED_AT))
                    .set(POLICY_SIGHTING.ANNOUNCED_AT, excluded(POLICY_SIGHTING.ANNOUNCED_AT))
                    .set(POLICY_SIGHTING.REPLACED_AT, excluded(POLICY_SIGHTING.REPLACED_AT)).execute();
        }
        for (ForeignPolicy foreign : trail.foreign()) {
            session.sql().insertInto(FOREIGN_POLICY)
                    .set(FOREIGN_POLICY.TENANT_ID, session.tenant())
                    .set(FOREIGN_POLICY.DOMAIN_ID, domain)
                    .set(FOREIGN_POLICY.BODY_SHA256, Hashing.sha256().hashString(foreign.policy().render(),
                            StandardCharsets.UTF_8).asBytes())
                    .set(FOREIGN_POLICY.MODE, foreign.policy().mode().name())
                    .set(FOREIGN_POLICY.MAX_AGE, foreign.policy().maxAgeSeconds())
                    .set(FOREIGN_POLICY.MX, foreign.policy().mx().stream().map(MxPattern::pattern)
                            .toArray(String[]::new))
                    .set(FOREIGN_POLICY.FIRST_SEEN_AT, foreign.firstSeenAt().atOffset(ZoneOffset.UTC))
                    .set(FOREIGN_POLICY.REPLACED_AT, utc(foreign.replacedAt()))
                    .onConflict(FOREIGN_POLICY.DOMAIN_ID, FOREIGN_POLICY.BODY_SHA256).doUpdate()
                    .set(FOREIGN_POLICY.REPLACED_AT, excluded(FOREIGN_POLICY.REPLACED_AT)).execute();
        }
    }

    private static Optional<Instant> instant(OffsetDateTime at) {
        return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Optional<Instant> at) {
        return at.map(instant -> instant.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    private static PublishedPolicy read(PolicyRecord row) {
        var patterns = Arrays.stream(row.getMx()).map(MxPattern::new).toList();
        return new PublishedPolicy(row.getVersion(),
                new StsPolicy(Mode.valueOf(row.getMode()), row.getMaxAge(), patterns, Map.of()), row.getPolicyId(),
                row.getCreatedAt().toInstant(), row.getCreatedBy());
    }
}
