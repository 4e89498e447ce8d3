package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.POLICY;

import dev.postern.db.jooq.tables.records.PolicyRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.setup.PublishedPolicy;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

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

    private static PublishedPolicy read(PolicyRecord row) {
        var patterns = Arrays.stream(row.getMx()).map(MxPattern::new).toList();
        return new PublishedPolicy(row.getVersion(),
                new StsPolicy(Mode.valueOf(row.getMode()), row.getMaxAge(), patterns, Map.of()), row.getPolicyId(),
                row.getCreatedAt().toInstant(), row.getCreatedBy());
    }
}
