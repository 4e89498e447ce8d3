package dev.postern.db.finding;

import static dev.postern.db.jooq.Tables.FINDING;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.when;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Telling;
import dev.postern.check.Verdict;
import dev.postern.db.jooq.tables.records.FindingRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.stream.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.jooq.Query;

/// What the checks of each domain found last.
public final class FindingStore {

    private final TenantSession session;

    public FindingStore(TenantSession session) {
        this.session = session;
    }

    /// A verdict that has changed, and of which the timeline is to tell.
    public record Change(Verdict from, Finding to) {
    }

    /// Replaces the findings of a domain; `since` stays where the verdict does.
    ///
    /// @return what is worth telling; the first findings of a domain are not
    public List<Change> save(UUID domain, List<Finding> findings, Instant checkedAt) {
        var at = checkedAt.atOffset(ZoneOffset.UTC);
        Map<String, Telling> before = session.sql().selectFrom(FINDING).where(FINDING.DOMAIN_ID.eq(domain))
                .fetchMap(FINDING.CHECK_ID, FindingStore::telling);
        var changes = new ArrayList<Change>();
        var writes = new ArrayList<Query>();
        for (Finding finding : findings) {
            Telling last = before.getOrDefault(finding.check().id(), Telling.first(finding.verdict(), checkedAt));
            Telling now = last.next(finding.verdict(), checkedAt);
            if (now.told() != last.told()) {
                changes.add(new Change(last.told(), finding));
            }
            writes.add(session.sql().insertInto(FINDING)
                    .set(FINDING.TENANT_ID, session.tenant())
                    .set(FINDING.DOMAIN_ID, domain)
                    .set(FINDING.CHECK_ID, finding.check().id())
                    .set(FINDING.VERDICT, finding.verdict().name())
                    .set(FINDING.MESSAGE, finding.message())
                    .set(FINDING.FIX, finding.fix())
                    .set(FINDING.EVIDENCE, JSONB.valueOf(Json.text(finding.evidence())))
                    .set(FINDING.CHECKED_AT, at)
                    .set(FINDING.SINCE, at)
                    .set(FINDING.TOLD_VERDICT, now.told().name())
                    .set(FINDING.UNREST_AT, now.unrestAt().atOffset(ZoneOffset.UTC))
                    .set(FINDING.HELD, now.held())
                    .set(FINDING.FLIPS, now.flips())
                    .onConflict(FINDING.DOMAIN_ID, FINDING.CHECK_ID).doUpdate()
                    .set(FINDING.SINCE, when(FINDING.VERDICT.eq(excluded(FINDING.VERDICT)), FINDING.SINCE)
                            .otherwise(excluded(FINDING.SINCE)))
                    .set(FINDING.VERDICT, excluded(FINDING.VERDICT))
                    .set(FINDING.MESSAGE, excluded(FINDING.MESSAGE))
                    .set(FINDING.FIX, excluded(FINDING.FIX))
                    .set(FINDING.EVIDENCE, excluded(FINDING.EVIDENCE))
                    .set(FINDING.CHECKED_AT, excluded(FINDING.CHECKED_AT))
                    .set(FINDING.TOLD_VERDICT, excluded(FINDING.TOLD_VERDICT))
                    .set(FINDING.UNREST_AT, excluded(FINDING.UNREST_AT))
                    .set(FINDING.HELD, excluded(FINDING.HELD))
                    .set(FINDING.FLIPS, excluded(FINDING.FLIPS)));
        }
        session.sql().batch(writes).execute();
        return changes;
    }

    /// Findings of an earlier version of Postern were told at once.
    private static Telling telling(FindingRecord row) {
        return row.getToldVerdict() == null
                ? Telling.first(Verdict.valueOf(row.getVerdict()), row.getSince().toInstant())
                : new Telling(Verdict.valueOf(row.getToldVerdict()), row.getUnrestAt().toInstant(), row.getHeld(),
                row.getFlips());
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

    /// What one check found last, by domain or MX host.
    public Map<UUID, Verdict> verdicts(Check check) {
        return session.sql().select(FINDING.DOMAIN_ID, FINDING.VERDICT).from(FINDING)
                .where(FINDING.CHECK_ID.eq(check.id()))
                .fetchMap(row -> row.value1(), row -> Verdict.valueOf(row.value2()));
    }

    /// What the checks of several domains found last, without the evidence, which is most of it.
    public Map<UUID, List<StoredFinding>> bare(Collection<UUID> domains) {
        return session.sql().select(FINDING.DOMAIN_ID, FINDING.CHECK_ID, FINDING.VERDICT, FINDING.MESSAGE, FINDING.FIX,
                        FINDING.CHECKED_AT, FINDING.SINCE)
                .from(FINDING).where(FINDING.DOMAIN_ID.in(domains)).stream()
                .flatMap(row -> Check.byId(row.value2()).stream().map(check -> Map.entry(row.value1(), new StoredFinding(
                        new Finding(check, Verdict.valueOf(row.value3()), row.value4(), row.value5(), List.of()),
                        row.value6().toInstant(), row.value7().toInstant()))))
                .collect(Collectors.groupingBy(Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /// Findings of checks that this version no longer has are left out.
    private static Stream<StoredFinding> read(FindingRecord row) {
        return Check.byId(row.getCheckId()).stream().map(check -> new StoredFinding(
                new Finding(check, Verdict.valueOf(row.getVerdict()), row.getMessage(), row.getFix(),
                        List.of(Json.read(row.getEvidence().data(), Evidence[].class))),
                row.getCheckedAt().toInstant(), row.getSince().toInstant()));
    }
}
