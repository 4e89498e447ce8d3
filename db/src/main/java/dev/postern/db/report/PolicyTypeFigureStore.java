package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.REPORT;
import static dev.postern.db.jooq.Tables.REPORT_POLICY;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;
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

/// The figures of verified domains and MX hosts by policy type.
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
        Condition policies = within(REPORT_POLICY.DOMAIN_ID, REPORT_POLICY.DAY, id, from, to);
        Map<String, List<Figures.ByOrganization>> organizations = session.sql()
                .select(REPORT_POLICY.POLICY_TYPE, REPORT_POLICY.ORGANIZATION_NAME,
                        countDistinct(REPORT_POLICY.REPORT_KEY), sum(REPORT_POLICY.SUCCESSFUL),
                        sum(REPORT_POLICY.FAILED))
                .from(REPORT_POLICY).where(policies)
                .groupBy(REPORT_POLICY.POLICY_TYPE, REPORT_POLICY.ORGANIZATION_NAME)
                .orderBy(sum(REPORT_POLICY.FAILED).desc().nullsLast(), sum(REPORT_POLICY.SUCCESSFUL).desc().nullsLast(),
                        REPORT_POLICY.ORGANIZATION_NAME)
                .fetchGroups(row -> row.value1(), row -> new Figures.ByOrganization(row.value2(), row.value3(),
                        whole(row.value4()), whole(row.value5())));
        Map<String, List<Figures.ByResultType>> results = session.sql()
                .select(FAILURE_DETAIL.POLICY_TYPE, FAILURE_DETAIL.RESULT_TYPE, sum(FAILURE_DETAIL.FAILED_SESSIONS))
                .from(FAILURE_DETAIL)
                .where(within(FAILURE_DETAIL.DOMAIN_ID, FAILURE_DETAIL.DAY, id, from, to))
                .groupBy(FAILURE_DETAIL.POLICY_TYPE, FAILURE_DETAIL.RESULT_TYPE)
                .orderBy(sum(FAILURE_DETAIL.FAILED_SESSIONS).desc().nullsLast(), FAILURE_DETAIL.RESULT_TYPE)
                .fetchGroups(row -> row.value1(), row -> new Figures.ByResultType(ResultType.valueOf(row.value2()),
                        whole(row.value3())));
        return session.sql().select(REPORT_POLICY.POLICY_TYPE, countDistinct(REPORT_POLICY.REPORT_KEY),
                        sum(REPORT_POLICY.SUCCESSFUL), sum(REPORT_POLICY.FAILED), max(REPORT_POLICY.DAY))
                .from(REPORT_POLICY).where(policies).groupBy(REPORT_POLICY.POLICY_TYPE)
                .fetch(row -> new PolicyTypeFigures(PolicyType.valueOf(row.value1()), row.value2(),
                        whole(row.value3()), whole(row.value4()), row.value5(),
                        results.getOrDefault(row.value1(), List.of()),
                        organizations.getOrDefault(row.value1(), List.of())))
                .stream().sorted(Comparator.comparing(PolicyTypeFigures::type)).toList();
    }

    /// How the reports of each verified domain and MX host stand that has some.
    public Map<UUID, PolicyTypeFigures.Total> totals(LocalDate from, LocalDate to) {
        return session.sql().select(REPORT.DOMAIN_ID, count(), max(REPORT.DAY)).from(REPORT)
                .join(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REPORT.DOMAIN_ID)).and(DOMAIN.VERIFIED_AT.isNotNull())
                .where(REPORT.COUNTED.isTrue()).and(REPORT.DAY.between(from, to)).groupBy(REPORT.DOMAIN_ID)
                .fetchMap(row -> row.value1(), row -> new PolicyTypeFigures.Total(row.value1(), row.value2(),
                        row.value3()));
    }

    private static Condition within(TableField<?, UUID> domain, TableField<?, LocalDate> day, UUID id, LocalDate from,
                                    LocalDate to) {
        return domain.eq(id).and(day.between(from, to))
                .and(exists(selectOne().from(DOMAIN).where(DOMAIN.DOMAIN_ID.eq(id), DOMAIN.VERIFIED_AT.isNotNull())));
    }

    private static long whole(BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }
}
