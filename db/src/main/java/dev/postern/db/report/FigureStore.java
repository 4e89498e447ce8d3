package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DAY;
import static dev.postern.db.jooq.Tables.ORGANISATION;
import static dev.postern.db.jooq.Tables.REPORT_SIGNER;
import static dev.postern.db.jooq.Tables.SESSION_DAY;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.Reported;
import dev.postern.rollout.SenderDay;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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
import org.jooq.impl.DSL;

/// The figures of verified domains, from the daily tables that recording keeps in step with the reports.
///
/// What several policy types count is never added up: [dev.postern.tlsrpt.ReportFigures] says which of them speaks. An
/// organisation that counts authentic reports only sees the figures of those, here and therefore everywhere.
public final class FigureStore {

    /// What to count.
    ///
    /// @param domain one domain or MX host; empty: all mail domains of the organisation. MX hosts are left out there:
    ///               their sessions are the domains' own, counted once more.
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
        return session.sql().select(SESSION_DAY.DAY, sum(SESSION_DAY.SPEAKING_REPORTS),
                        sum(SESSION_DAY.SPEAKING_SUCCESSFUL), sum(SESSION_DAY.SPEAKING_FAILED)).from(SESSION_DAY)
                .where(sessions(range)).groupBy(SESSION_DAY.DAY).orderBy(SESSION_DAY.DAY)
                .fetch(row -> new Figures.Day(row.value1(), whole(row.value2()), whole(row.value3()),
                        whole(row.value4())));
    }

    /// What each reporting organization counted, most failures first.
    public List<Figures.ByOrganization> byOrganization(Range range) {
        var failed = sum(SESSION_DAY.SPEAKING_FAILED);
        var successful = sum(SESSION_DAY.SPEAKING_SUCCESSFUL);
        return session.sql().select(SESSION_DAY.ORGANIZATION_NAME, sum(SESSION_DAY.SPEAKING_REPORTS), successful, failed)
                .from(SESSION_DAY).where(sessions(range)).groupBy(SESSION_DAY.ORGANIZATION_NAME)
                .orderBy(failed.desc(), successful.desc(), SESSION_DAY.ORGANIZATION_NAME)
                .fetch(row -> new Figures.ByOrganization(row.value1(), whole(row.value2()), whole(row.value3()),
                        whole(row.value4())));
    }

    /// Sessions under each policy type, each for itself: one session may stand under several.
    public List<Figures.ByPolicyType> byPolicyType(Range range) {
        return session.sql().select(SESSION_DAY.POLICY_TYPE, sum(SESSION_DAY.REPORTS), sum(SESSION_DAY.SUCCESSFUL),
                        sum(SESSION_DAY.FAILED))
                .from(SESSION_DAY).where(sessions(range)).groupBy(SESSION_DAY.POLICY_TYPE)
                .fetch(row -> new Figures.ByPolicyType(PolicyType.valueOf(row.value1()), whole(row.value2()),
                        whole(row.value3()), whole(row.value4())))
                .stream().sorted(java.util.Comparator.comparing(Figures.ByPolicyType::type)).toList();
    }

    public List<Figures.DayFailures> failuresByDay(Range range) {
        return session.sql().select(FAILURE_DAY.DAY, FAILURE_DAY.RESULT_TYPE, sum(FAILURE_DAY.BY_RESULT_TYPE))
                .from(FAILURE_DAY).where(failures(range)).groupBy(FAILURE_DAY.DAY, FAILURE_DAY.RESULT_TYPE)
                .orderBy(FAILURE_DAY.DAY, FAILURE_DAY.RESULT_TYPE)
                .fetch(row -> new Figures.DayFailures(row.value1(), ResultType.valueOf(row.value2()),
                        whole(row.value3())));
    }

    /// Most failures first.
    public List<Figures.ByResultType> failuresByResultType(Range range) {
        var failed = sum(FAILURE_DAY.BY_RESULT_TYPE);
        return session.sql().select(FAILURE_DAY.RESULT_TYPE, failed).from(FAILURE_DAY).where(failures(range))
                .groupBy(FAILURE_DAY.RESULT_TYPE).orderBy(failed.desc(), FAILURE_DAY.RESULT_TYPE)
                .fetch(row -> new Figures.ByResultType(ResultType.valueOf(row.value1()), whole(row.value2())));
    }

    /// Most failures first.
    public List<Figures.ByMx> failuresByMx(Range range) {
        var failed = sum(FAILURE_DAY.BY_MX);
        return session.sql().select(FAILURE_DAY.MX, failed).from(FAILURE_DAY).where(failures(range))
                .groupBy(FAILURE_DAY.MX).orderBy(failed.desc(), FAILURE_DAY.MX)
                .fetch(row -> new Figures.ByMx(row.value1(), whole(row.value2())));
    }

    /// What each sender's reports say of each day of one domain, as far as it bears on `enforce`. Sessions without a
    /// policy are left out; failures without one are not, since the sender would refuse them once it applies the policy.
    public List<SenderDay> senderDays(UUID domain, LocalDate from) {
        return senderDays(Map.of(domain, from)).getOrDefault(domain, List.of());
    }

    /// The same of several domains, in two queries however many they are.
    ///
    /// @param from the first day that is asked for, of each
    /// @return of those that have reports
    public Map<UUID, List<SenderDay>> senderDays(Map<UUID, LocalDate> from) {
        var wanted = DSL.table("unnest({0}, {1}) as wanted(id, day)", DSL.val(from.keySet().toArray(UUID[]::new)),
                DSL.val(from.values().toArray(LocalDate[]::new)));
        var id = DSL.field("wanted.id", UUID.class);
        var first = DSL.field("wanted.day", LocalDate.class);
        var undecided = List.of(PolicyType.TLSA.name());
        record Sender(UUID domain, LocalDate day, String organization, String signer, boolean authentic) {
        }
        var failures = new HashMap<Sender, List<SenderDay.Failure>>();
        var count = sum(FAILURE_DAY.FAILED.plus(FAILURE_DAY.WITHOUT_COUNT));
        session.sql().select(FAILURE_DAY.DOMAIN_ID, FAILURE_DAY.DAY, FAILURE_DAY.ORGANIZATION_NAME, FAILURE_DAY.SIGNER,
                        FAILURE_DAY.AUTHENTIC, FAILURE_DAY.RESULT_TYPE, FAILURE_DAY.MX, count)
                .from(FAILURE_DAY).join(wanted).on(FAILURE_DAY.DOMAIN_ID.eq(id)).and(FAILURE_DAY.DAY.ge(first))
                .where(FAILURE_DAY.POLICY_TYPE.notIn(undecided)).and(blocking())
                .and(counts(FAILURE_DAY.AUTHENTIC))
                .groupBy(FAILURE_DAY.DOMAIN_ID, FAILURE_DAY.DAY, FAILURE_DAY.ORGANIZATION_NAME, FAILURE_DAY.SIGNER,
                        FAILURE_DAY.AUTHENTIC, FAILURE_DAY.RESULT_TYPE, FAILURE_DAY.MX)
                .having(count.gt(BigDecimal.ZERO))
                .orderBy(FAILURE_DAY.RESULT_TYPE, FAILURE_DAY.MX)
                .forEach(row -> failures.computeIfAbsent(new Sender(row.value1(), row.value2(), row.value3(),
                        row.value4(), row.value5()), _ -> new ArrayList<>()).add(new SenderDay.Failure(
                        ResultType.valueOf(row.value6()), row.value7(), whole(row.value8()))));
        var told = DSL.coalesce(DSL.field(select(sum(FAILURE_DAY.FAILED.plus(FAILURE_DAY.WITHOUT_COUNT))).from(FAILURE_DAY)
                .where(FAILURE_DAY.DOMAIN_ID.eq(SESSION_DAY.DOMAIN_ID)).and(FAILURE_DAY.DAY.eq(SESSION_DAY.DAY))
                .and(FAILURE_DAY.ORGANIZATION_NAME.eq(SESSION_DAY.ORGANIZATION_NAME))
                .and(FAILURE_DAY.SIGNER.eq(SESSION_DAY.SIGNER)).and(FAILURE_DAY.AUTHENTIC.eq(SESSION_DAY.AUTHENTIC))
                .and(FAILURE_DAY.POLICY_TYPE.eq(SESSION_DAY.POLICY_TYPE))), BigDecimal.ZERO);
        var untold = DSL.greatest(SESSION_DAY.FAILED.cast(BigDecimal.class).minus(told), DSL.val(BigDecimal.ZERO));
        var applied = DSL.when(SESSION_DAY.POLICY_TYPE.eq(PolicyType.STS.name()), SESSION_DAY.REPORTS).else_(0L);
        var sessions = DSL.when(SESSION_DAY.POLICY_TYPE.eq(PolicyType.STS.name()),
                SESSION_DAY.SUCCESSFUL.plus(SESSION_DAY.FAILED)).else_(0L);
        return session.sql().select(SESSION_DAY.DOMAIN_ID, SESSION_DAY.DAY, SESSION_DAY.ORGANIZATION_NAME,
                        SESSION_DAY.SIGNER, SESSION_DAY.AUTHENTIC, REPORT_SIGNER.FIRST_RECEIVED_AT, sum(applied), sum(sessions),
                        sum(untold))
                .from(SESSION_DAY).join(wanted).on(SESSION_DAY.DOMAIN_ID.eq(id)).and(SESSION_DAY.DAY.ge(first))
                .leftJoin(REPORT_SIGNER).on(REPORT_SIGNER.TENANT_ID.eq(SESSION_DAY.TENANT_ID))
                .and(REPORT_SIGNER.SIGNER.eq(SESSION_DAY.SIGNER))
                .where(SESSION_DAY.POLICY_TYPE.notIn(undecided)).and(counts(SESSION_DAY.AUTHENTIC))
                .groupBy(SESSION_DAY.DOMAIN_ID, SESSION_DAY.DAY, SESSION_DAY.ORGANIZATION_NAME, SESSION_DAY.SIGNER,
                        SESSION_DAY.AUTHENTIC, REPORT_SIGNER.FIRST_RECEIVED_AT)
                .orderBy(SESSION_DAY.DAY, SESSION_DAY.ORGANIZATION_NAME)
                .fetchGroups(row -> row.value1(), row -> {
                    var sender = new Sender(row.value1(), row.value2(), row.value3(), row.value4(), row.value5());
                    return new SenderDay(row.value2(), row.value3(), row.value5(),
                            Optional.ofNullable(row.value6()).map(OffsetDateTime::toInstant), whole(row.value7()),
                            whole(row.value8()), withUntold(failures.getOrDefault(sender, List.of()),
                            whole(row.value9())));
                });
    }

    /// Some senders count failed sessions and give no details of them. What failed is not known then, so it blocks like
    /// a reason that nobody lists.
    private static List<SenderDay.Failure> withUntold(List<SenderDay.Failure> failures, long untold) {
        if (untold <= 0) {
            return failures;
        }
        var all = new ArrayList<SenderDay.Failure>();
        long unclear = untold;
        for (SenderDay.Failure failure : failures) {
            if (failure.type() == ResultType.OTHER && failure.mx().isEmpty()) {
                unclear += failure.sessions();
            } else {
                all.add(failure);
            }
        }
        all.add(new SenderDay.Failure(ResultType.OTHER, "", unclear));
        return all;
    }

    /// As [Consequence#of] has it, which asks whether an MX was named.
    private static Condition blocking() {
        return or(FAILURE_DAY.MX.eq("").and(FAILURE_DAY.RESULT_TYPE.in(blocking(""))),
                FAILURE_DAY.MX.ne("").and(FAILURE_DAY.RESULT_TYPE.in(blocking("any"))));
    }

    private static List<String> blocking(String mx) {
        return Arrays.stream(ResultType.values()).filter(type -> Consequence.of(PolicyType.STS, type, mx).blocks())
                .map(Enum::name).toList();
    }

    /// Everything that reports say of one domain, for the simulation of `enforce`. Days without reports are not there.
    ///
    /// @param from first day, in UTC
    /// @param to   last day, in UTC
    public Reported reported(UUID domain, LocalDate from, LocalDate to) {
        var range = new Range(Optional.of(domain), from, to);
        return new Reported(session.sql().select(SESSION_DAY.DAY, SESSION_DAY.ORGANIZATION_NAME, SESSION_DAY.AUTHENTIC,
                        SESSION_DAY.POLICY_TYPE, sum(SESSION_DAY.SUCCESSFUL), sum(SESSION_DAY.FAILED),
                        sum(SESSION_DAY.SPEAKING_SUCCESSFUL.plus(SESSION_DAY.SPEAKING_FAILED)))
                .from(SESSION_DAY).where(sessions(range))
                .groupBy(SESSION_DAY.DAY, SESSION_DAY.ORGANIZATION_NAME, SESSION_DAY.AUTHENTIC, SESSION_DAY.POLICY_TYPE)
                .fetch(row -> new Reported.Sessions(row.value1(), row.value2(), row.value3(),
                        PolicyType.valueOf(row.value4()), whole(row.value5()), whole(row.value6()), whole(row.value7()))),
                session.sql().select(FAILURE_DAY.DAY, FAILURE_DAY.ORGANIZATION_NAME, FAILURE_DAY.AUTHENTIC,
                        FAILURE_DAY.POLICY_TYPE, FAILURE_DAY.RESULT_TYPE, FAILURE_DAY.MX, sum(FAILURE_DAY.FAILED),
                        sum(FAILURE_DAY.WITHOUT_COUNT))
                .from(FAILURE_DAY).where(failures(range))
                .groupBy(FAILURE_DAY.DAY, FAILURE_DAY.ORGANIZATION_NAME, FAILURE_DAY.AUTHENTIC, FAILURE_DAY.POLICY_TYPE,
                        FAILURE_DAY.RESULT_TYPE, FAILURE_DAY.MX)
                .fetch(row -> new Reported.Failures(row.value1(), row.value2(), row.value3(),
                        PolicyType.valueOf(row.value4()), ResultType.valueOf(row.value5()), row.value6(),
                        whole(row.value7()), whole(row.value8()))));
    }

    /// Totals of each domain that has reports.
    public Map<UUID, Figures.Day> totalsByDomain(LocalDate from, LocalDate to) {
        return session.sql().select(SESSION_DAY.DOMAIN_ID, max(SESSION_DAY.DAY), sum(SESSION_DAY.SPEAKING_REPORTS),
                        sum(SESSION_DAY.SPEAKING_SUCCESSFUL), sum(SESSION_DAY.SPEAKING_FAILED))
                .from(SESSION_DAY).where(sessions(new Range(Optional.empty(), from, to)))
                .groupBy(SESSION_DAY.DOMAIN_ID)
                .fetchMap(row -> row.value1(), row -> new Figures.Day(row.value2(), whole(row.value3()),
                        whole(row.value4()), whole(row.value5())));
    }

    private Condition sessions(Range range) {
        return within(SESSION_DAY.TENANT_ID, SESSION_DAY.DOMAIN_ID, SESSION_DAY.DAY, range)
                .and(counts(SESSION_DAY.AUTHENTIC));
    }

    private Condition failures(Range range) {
        return within(FAILURE_DAY.TENANT_ID, FAILURE_DAY.DOMAIN_ID, FAILURE_DAY.DAY, range)
                .and(counts(FAILURE_DAY.AUTHENTIC));
    }

    private Condition within(TableField<?, UUID> tenant, TableField<?, UUID> domain, TableField<?, LocalDate> day,
                             Range range) {
        Select<Record1<UUID>> verified = select(DOMAIN.DOMAIN_ID).from(DOMAIN)
                .where(DOMAIN.VERIFIED_AT.isNotNull())
                .and(range.domain().map(DOMAIN.DOMAIN_ID::eq).orElse(DOMAIN.KIND.eq("MAIL_DOMAIN")));
        return tenant.eq(session.tenant()).and(domain.in(verified)).and(day.between(range.from(), range.to()));
    }

    /// What the organisation lets count.
    private Condition counts(TableField<?, Boolean> authentic) {
        return counts(session, authentic);
    }

    static Condition counts(TenantSession session, TableField<?, Boolean> authentic) {
        return or(authentic.isTrue(), exists(selectOne().from(ORGANISATION)
                .where(ORGANISATION.TENANT_ID.eq(session.tenant())).and(ORGANISATION.ONLY_AUTHENTIC.isFalse())));
    }

    private static long whole(BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }
}
