package dev.postern.db.finding;

import static dev.postern.db.jooq.Tables.FINDING;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.when;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.jooq.tables.records.FindingRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.stream.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.JSONB;

/// What the checks of each domain found last.
public final class FindingStore {

    private final TenantSession session;

    public FindingStore(TenantSession session) {
        this.session = session;
    }

    /// Replaces the findings of a domain; `since` stays where the verdict does.
    public void save(UUID domain, List<Finding> findings, Instant checkedAt) {
        var at = checkedAt.atOffset(ZoneOffset.UTC);
        for (Finding finding : findings) {
            session.sql().insertInto(FINDING)
                    .set(FINDING.TENANT_ID, session.tenant())
                    .set(FINDING.DOMAIN_ID, domain)
                    .set(FINDING.CHECK_ID, finding.check().id())
                    .set(FINDING.VERDICT, finding.verdict().name())
                    .set(FINDING.MESSAGE, finding.message())
                    .set(FINDING.FIX, finding.fix())
                    .set(FINDING.EVIDENCE, JSONB.valueOf(Json.text(finding.evidence())))
                    .set(FINDING.CHECKED_AT, at)
                    .set(FINDING.SINCE, at)
                    .onConflict(FINDING.DOMAIN_ID, FINDING.CHECK_ID).doUpdate()
                    .set(FINDING.SINCE, when(FINDING.VERDICT.eq(excluded(FINDING.VERDICT)), FINDING.SINCE)
                            .otherwise(excluded(FINDING.SINCE)))
                    .set(FINDING.VERDICT, excluded(FINDING.VERDICT))
                    .set(FINDING.MESSAGE, excluded(FINDING.MESSAGE))
                    .set(FINDING.FIX, excluded(FINDING.FIX))
                    .set(FINDING.EVIDENCE, excluded(FINDING.EVIDENCE))
                    .set(FINDING.CHECKED_AT, excluded(FINDING.CHECKED_AT))
                    .execute();
        }
    }

    /// A domain's findings, in the catalogue's order; empty before the first probe.
    public List<StoredFinding> of(UUID domain) {
        return session.sql().selectFrom(FINDING).where(FINDING.DOMAIN_ID.eq(domain)).fetch().stream()
                .flatMap(FindingStore::read)
                .sorted(Comparator.comparing((StoredFinding stored) -> stored.finding().check())).toList();
    }

    /// How many checks of each verdict every domain of the organisation has.
    public Map<UUID, Map<Verdict, Integer>> verdictsByDomain() {
        var counts = new HashMap<UUID, Map<Verdict, Integer>>();
        session.sql().select(FINDING.DOMAIN_ID, FINDING.VERDICT, org.jooq.impl.DSL.count()).from(FINDING)
                .groupBy(FINDING.DOMAIN_ID, FINDING.VERDICT)
                .forEach(row -> counts.computeIfAbsent(row.value1(), _ -> new HashMap<>())
                        .put(Verdict.valueOf(row.value2()), row.value3()));
        return counts;
    }

    /// Findings of checks that this version no longer has are left out.
    private static Stream<StoredFinding> read(FindingRecord row) {
        return Check.byId(row.getCheckId()).stream().map(check -> new StoredFinding(
                new Finding(check, Verdict.valueOf(row.getVerdict()), row.getMessage(), row.getFix(),
                        List.of(Json.read(row.getEvidence().data(), Evidence[].class))),
                row.getCheckedAt().toInstant(), row.getSince().toInstant()));
    }
}
