package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DAY;
import static dev.postern.db.jooq.Tables.SESSION_DAY;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.TableField;

/// The figures of verified domains and MX hosts by policy type, from the same daily tables as [FigureStore]. Failures are
/// those of each type by itself, not those for which it speaks.
public final class PolicyTypeFigureStore {

    private final TenantSession session;

    public PolicyTypeFigureStore(TenantSession session) {
        this.session = session;
    }

    /// One for each policy type that reports bear, `sts` first.
    ///
    /// @param id   of a domain or MX host
    /// @param from first day, in UTC
    /// @param to   last day, in UTC
    public List<PolicyTypeFigures> of(UUID id, LocalDate from, LocalDate to) {
        Condition sessions = within(SESSION_DAY.DOMAIN_ID, SESSION_DAY.DAY, SESSION_DAY.AUTHENTIC, id, from, to);
        Map<String, List<Figures.ByOrganization>> organizations = organizations(sessions);
        Map<String, List<Figures.ByResultType>> results = results(within(FAILURE_DAY.DOMAIN_ID, FAILURE_DAY.DAY,
                FAILURE_DAY.AUTHENTIC, id, from, to));
        return session.sql().select(SESSION_DAY.POLICY_TYPE, sum(SESSION_DAY.REPORTS), sum(SESSION_DAY.SUCCESSFUL),
                        sum(SESSION_DAY.FAILED), max(SESSION_DAY.DAY))
                .from(SESSION_DAY).where(sessions).groupBy(SESSION_DAY.POLICY_TYPE)
                .fetch(row -> new PolicyTypeFigures(PolicyType.valueOf(row.value1()), whole(row.value2()),
                        whole(row.value3()), whole(row.value4()), row.value5(),
                        results.getOrDefault(row.value1(), List.of()),
                        organizations.getOrDefault(row.value1(), List.of())))
                .stream().sorted(Comparator.comparing(PolicyTypeFigures::type)).toList();
    }

    private Map<String, List<Figures.ByOrganization>> organizations(Condition sessions) {
        var successful = sum(SESSION_DAY.SUCCESSFUL);
        var failed = sum(SESSION_DAY.FAILED);
        return session.sql().select(SESSION_DAY.POLICY_TYPE, SESSION_DAY.ORGANIZATION_NAME, sum(SESSION_DAY.REPORTS),
                        successful, failed)
                .from(SESSION_DAY).where(sessions)
                .groupBy(SESSION_DAY.POLICY_TYPE, SESSION_DAY.ORGANIZATION_NAME)
                .orderBy(failed.desc(), successful.desc(), SESSION_DAY.ORGANIZATION_NAME)
                .fetchGroups(row -> row.value1(), row -> new Figures.ByOrganization(row.value2(), whole(row.value3()),
                        whole(row.value4()), whole(row.value5())));
    }

    private Map<String, List<Figures.ByResultType>> results(Condition failures) {
        var failed = sum(FAILURE_DAY.FAILED);
        return session.sql().select(FAILURE_DAY.POLICY_TYPE, FAILURE_DAY.RESULT_TYPE, failed)
                .from(FAILURE_DAY).where(failures).groupBy(FAILURE_DAY.POLICY_TYPE, FAILURE_DAY.RESULT_TYPE)
                .orderBy(failed.desc(), FAILURE_DAY.RESULT_TYPE)
                .fetchGroups(row -> row.value1(), row -> new Figures.ByResultType(ResultType.valueOf(row.value2()),
                        whole(row.value3())));
    }

    /// How the reports of each verified domain and MX host stand that has some. A report counts once, whatever number of
    /// policy types it bears.
    public Map<UUID, PolicyTypeFigures.Total> totals(LocalDate from, LocalDate to) {
        return session.sql().select(SESSION_DAY.DOMAIN_ID, sum(SESSION_DAY.SPEAKING_REPORTS), max(SESSION_DAY.DAY))
                .from(SESSION_DAY)
                .join(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(SESSION_DAY.DOMAIN_ID)).and(DOMAIN.VERIFIED_AT.isNotNull())
                .where(SESSION_DAY.TENANT_ID.eq(session.tenant())).and(SESSION_DAY.DAY.between(from, to))
                .and(FigureStore.counts(session, SESSION_DAY.AUTHENTIC)).groupBy(SESSION_DAY.DOMAIN_ID)
                .fetchMap(row -> row.value1(), row -> new PolicyTypeFigures.Total(row.value1(), whole(row.value2()),
                        row.value3()));
    }

    private Condition within(TableField<?, UUID> domain, TableField<?, LocalDate> day,
                             TableField<?, Boolean> authentic, UUID id, LocalDate from, LocalDate to) {
        return domain.eq(id).and(day.between(from, to)).and(FigureStore.counts(session, authentic))
                .and(exists(selectOne().from(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id), DOMAIN.VERIFIED_AT.isNotNull())));
    }

    private static long whole(BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }
}
