package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.REPORT;
import static dev.postern.db.jooq.Tables.REPORT_POLICY;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.WatchDay;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.TableField;

/// The figures of verified domains.
///
/// A detail may stand under several policy types of one report; per report and key the type with the most failures
/// speaks, as [dev.postern.tlsrpt.SessionCount] does for totals.
public final class FigureStore {

    /// What to count.
    ///
    /// @param domain one domain; empty: all of the organisation
    /// @param from   first day, in UTC
    /// @param to     last day, in UTC
    public record Range(Optional<UUID> domain, LocalDate from, LocalDate to) {
    }

    private final TenantSession session;

    public FigureStore(TenantSession session) {
        this.session = session;
    }

    /// The days that have reports, in order.
    public List<Figures.Day> days(Range range) {
        return session.sql().select(REPORT.DAY, count(), sum(REPORT.SUCCESSFUL), sum(REPORT.FAILED)).from(REPORT)
                .where(counted(range)).groupBy(REPORT.DAY).orderBy(REPORT.DAY)
                .fetch(row -> new Figures.Day(row.value1(), row.value2(), whole(row.value3()), whole(row.value4())));
    }

    /// What each reporting organization counted, most failures first.
    public List<Figures.ByOrganization> byOrganization(Range range) {
        return session.sql().select(REPORT.ORGANIZATION_NAME, count(), sum(REPORT.SUCCESSFUL), sum(REPORT.FAILED))
                .from(REPORT).where(counted(range)).groupBy(REPORT.ORGANIZATION_NAME)
                .orderBy(sum(REPORT.FAILED).desc(), sum(REPORT.SUCCESSFUL).desc(), REPORT.ORGANIZATION_NAME)
                .fetch(row -> new Figures.ByOrganization(row.value1(), row.value2(), whole(row.value3()),
                        whole(row.value4())));
    }

    public List<Figures.DayFailures> failuresByDay(Range range) {
        Field<BigDecimal> failed = sum(FAILURE_DETAIL.FAILED_SESSIONS).as("failed");
        var perType = select(FAILURE_DETAIL.REPORT_KEY, FAILURE_DETAIL.DAY, FAILURE_DETAIL.RESULT_TYPE, failed)
                .from(FAILURE_DETAIL).where(inRange(range))
                .groupBy(FAILURE_DETAIL.REPORT_KEY, FAILURE_DETAIL.DAY, FAILURE_DETAIL.RESULT_TYPE,
                        FAILURE_DETAIL.POLICY_TYPE).asTable("per_type");
        Field<BigDecimal> widest = max(perType.field(failed)).as("widest");
        var perReport = select(perType.field(FAILURE_DETAIL.DAY), perType.field(FAILURE_DETAIL.RESULT_TYPE), widest)
                .from(perType)
                .groupBy(perType.field(FAILURE_DETAIL.REPORT_KEY), perType.field(FAILURE_DETAIL.DAY),
                        perType.field(FAILURE_DETAIL.RESULT_TYPE)).asTable("per_report");
        var day = perReport.field(FAILURE_DETAIL.DAY);
        var type = perReport.field(FAILURE_DETAIL.RESULT_TYPE);
        return session.sql().select(day, type, sum(perReport.field(widest))).from(perReport)
                .groupBy(day, type).orderBy(day, type)
                .fetch(row -> new Figures.DayFailures(row.value1(), ResultType.valueOf(row.value2()),
                        whole(row.value3())));
    }

    /// Most failures first.
    public List<Figures.ByResultType> failuresByResultType(Range range) {
        var totals = new HashMap<ResultType, Long>();
        failuresByDay(range).forEach(day -> totals.merge(day.type(), day.failed(), Long::sum));
        return totals.entrySet().stream()
                .map(entry -> new Figures.ByResultType(entry.getKey(), entry.getValue()))
                .sorted(java.util.Comparator.comparingLong(Figures.ByResultType::failed).reversed()
                        .thenComparing(Figures.ByResultType::type)).toList();
    }

    /// Most failures first.
    public List<Figures.ByMx> failuresByMx(Range range) {
        Field<BigDecimal> failed = sum(FAILURE_DETAIL.FAILED_SESSIONS).as("failed");
        var perType = select(FAILURE_DETAIL.REPORT_KEY, FAILURE_DETAIL.RECEIVING_MX_HOSTNAME, failed)
                .from(FAILURE_DETAIL).where(inRange(range))
                .groupBy(FAILURE_DETAIL.REPORT_KEY, FAILURE_DETAIL.RECEIVING_MX_HOSTNAME, FAILURE_DETAIL.POLICY_TYPE)
                .asTable("per_type");
        Field<BigDecimal> widest = max(perType.field(failed)).as("widest");
        var mxOfType = perType.field(FAILURE_DETAIL.RECEIVING_MX_HOSTNAME);
        var perReport = select(mxOfType, widest).from(perType)
                .groupBy(perType.field(FAILURE_DETAIL.REPORT_KEY), mxOfType).asTable("per_report");
        var mx = perReport.field(FAILURE_DETAIL.RECEIVING_MX_HOSTNAME);
        return session.sql().select(mx, sum(perReport.field(widest))).from(perReport).groupBy(mx)
                .orderBy(sum(perReport.field(widest)).desc().nullsLast(), mx)
                .fetch(row -> new Figures.ByMx(row.value1() == null ? "" : row.value1(), whole(row.value2())));
    }

    /// Each reported day of one domain, with the failures under MTA-STS that enforce would have refused.
    public List<WatchDay> watchDays(UUID domain, LocalDate from) {
        var blocking = Arrays.stream(ResultType.values()).filter(ResultType::refusesUnderEnforce)
                .map(Enum::name).toList();
        Map<LocalDate, Long> refused = session.sql().select(FAILURE_DETAIL.DAY, sum(FAILURE_DETAIL.FAILED_SESSIONS))
                .from(FAILURE_DETAIL)
                .where(FAILURE_DETAIL.DOMAIN_ID.eq(domain)).and(FAILURE_DETAIL.DAY.ge(from))
                .and(FAILURE_DETAIL.POLICY_TYPE.eq(PolicyType.STS.name()))
                .and(FAILURE_DETAIL.RESULT_TYPE.in(blocking))
                .groupBy(FAILURE_DETAIL.DAY).fetchMap(row -> row.value1(), row -> whole(row.value2()));
        return session.sql().select(REPORT_POLICY.DAY, countDistinct(REPORT_POLICY.REPORT_KEY),
                        sum(coalesce(REPORT_POLICY.SUCCESSFUL, 0L).plus(coalesce(REPORT_POLICY.FAILED, 0L))))
                .from(REPORT_POLICY)
                .where(REPORT_POLICY.DOMAIN_ID.eq(domain)).and(REPORT_POLICY.DAY.ge(from))
                .and(REPORT_POLICY.POLICY_TYPE.eq(PolicyType.STS.name()))
                .groupBy(REPORT_POLICY.DAY).orderBy(REPORT_POLICY.DAY)
                .fetch(row -> new WatchDay(row.value1(), row.value2(), whole(row.value3()),
                        refused.getOrDefault(row.value1(), 0L)));
    }

    /// Totals of each domain that has reports.
    public Map<UUID, Figures.Day> totalsByDomain(LocalDate from, LocalDate to) {
        var range = new Range(Optional.empty(), from, to);
        return session.sql().select(REPORT.DOMAIN_ID, max(REPORT.DAY), count(), sum(REPORT.SUCCESSFUL),
                        sum(REPORT.FAILED))
                .from(REPORT).where(counted(range)).groupBy(REPORT.DOMAIN_ID)
                .fetchMap(row -> row.value1(), row -> new Figures.Day(row.value2(), row.value3(),
                        whole(row.value4()), whole(row.value5())));
    }

    private Condition counted(Range range) {
        return REPORT.COUNTED.isTrue().and(within(REPORT.DOMAIN_ID, REPORT.DAY, range));
    }

    private Condition inRange(Range range) {
        return within(FAILURE_DETAIL.DOMAIN_ID, FAILURE_DETAIL.DAY, range);
    }

    private Condition within(TableField<?, UUID> domain, TableField<?, LocalDate> day, Range range) {
        Select<Record1<UUID>> verified = select(DOMAIN.DOMAIN_ID).from(DOMAIN)
                .where(DOMAIN.VERIFIED_AT.isNotNull())
                .and(range.domain().map(DOMAIN.DOMAIN_ID::eq).orElse(noCondition()));
        return domain.in(verified).and(day.between(range.from(), range.to()));
    }

    private static long whole(BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }
}
