package dev.postern.db.report;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ReportFigures;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jooq.Field;
import org.jooq.impl.DSL;

/// Changes of the daily figures, gathered from many reports and written in two statements.
final class DailyFigures {

    /// Whose figures: a report adds to its day under who is said to have made it, and who has signed it.
    ///
    /// @param signer empty where no signature was verified
    record Source(UUID domainId, LocalDate day, String organizationName, String signer, boolean authentic) {
    }

    private record SessionKey(Source source, PolicyType policyType) {
    }

    private record Sessions(long reports, long successful, long failed, long speakingReports, long speakingSuccessful,
                            long speakingFailed) {

        private static Sessions of(ReportFigures.Sessions row, int sign) {
            return new Sessions(sign, sign * row.successful(), sign * row.failed(), row.speaks() ? sign : 0,
                    row.speaks() ? sign * row.successful() : 0, row.speaks() ? sign * row.failed() : 0);
        }

        private Sessions plus(Sessions other) {
            return new Sessions(reports + other.reports, Math.addExact(successful, other.successful),
                    Math.addExact(failed, other.failed), speakingReports + other.speakingReports,
                    Math.addExact(speakingSuccessful, other.speakingSuccessful),
                    Math.addExact(speakingFailed, other.speakingFailed));
        }
    }

    private record FailureKey(Source source, PolicyType policyType, ResultType resultType, String mx) {
    }

    private record Failures(long details, long failed, long withoutCount, long byResultType, long byMx) {

        private static Failures of(ReportFigures.Failures row, int sign) {
            return new Failures(sign * row.details(), sign * row.failed(), sign * row.withoutCount(),
                    sign * row.byResultType(), sign * row.byMx());
        }

        private Failures plus(Failures other) {
            return new Failures(details + other.details, Math.addExact(failed, other.failed),
                    withoutCount + other.withoutCount, Math.addExact(byResultType, other.byResultType),
                    Math.addExact(byMx, other.byMx));
        }
    }

    private final Map<SessionKey, Sessions> sessions = new LinkedHashMap<>();
    private final Map<FailureKey, Failures> failures = new LinkedHashMap<>();
    private boolean somethingLeft;

    void add(Source source, ReportFigures figures) {
        change(source, figures, 1);
    }

    /// Takes back what was added before.
    void takeBack(Source source, ReportFigures figures) {
        change(source, figures, -1);
        somethingLeft = true;
    }

    private void change(Source source, ReportFigures figures, int sign) {
        figures.sessions().forEach(row -> sessions.merge(new SessionKey(source, row.policyType()),
                Sessions.of(row, sign), Sessions::plus));
        figures.failures().forEach(row -> failures.merge(new FailureKey(source, row.policyType(), row.resultType(),
                row.mx()), Failures.of(row, sign), Failures::plus));
    }

    /// Writes the changes. The caller holds the locks of the domains' rows.
    void write(TenantSession session) {
        writeSessions(session);
        writeFailures(session);
        if (somethingLeft) {
            UUID[] domains = sessions.keySet().stream().map(key -> key.source().domainId()).distinct()
                    .toArray(UUID[]::new);
            session.sql().execute("delete from postern.session_day where domain_id = any({0}) and reports = 0",
                    DSL.val(domains));
            session.sql().execute("delete from postern.failure_day where domain_id = any({0}) and details = 0",
                    DSL.val(domains));
        }
    }

    private void writeSessions(TenantSession session) {
        if (sessions.isEmpty()) {
            return;
        }
        List<SessionKey> keys = new ArrayList<>(sessions.keySet());
        List<Sessions> values = new ArrayList<>(sessions.values());
        // A change that takes back fits no row of its own, as counts are not negative: rows are made empty first.
        session.sql().execute("""
                insert into postern.session_day select {0}, k.*, 0, 0, 0, 0, 0, 0
                from unnest({1}, {2}, {3}, {4}, {5}, {6}) as k on conflict do nothing""",
                DSL.val(session.tenant()), domains(keys, SessionKey::source), days(keys, SessionKey::source),
                organizations(keys, SessionKey::source), signers(keys, SessionKey::source),
                authentic(keys, SessionKey::source), texts(keys, key -> key.policyType().name()));
        session.sql().execute("""
                update postern.session_day s set reports = s.reports + d.reports, successful = s.successful + d.successful,
                    failed = s.failed + d.failed, speaking_reports = s.speaking_reports + d.speaking_reports,
                    speaking_successful = s.speaking_successful + d.speaking_successful,
                    speaking_failed = s.speaking_failed + d.speaking_failed
                from unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11})
                    as d (domain_id, day, organization_name, signer, authentic, policy_type, reports, successful, failed,
                          speaking_reports, speaking_successful, speaking_failed)
                where s.domain_id = d.domain_id and s.day = d.day and s.organization_name = d.organization_name
                    and s.signer = d.signer and s.authentic = d.authentic and s.policy_type = d.policy_type""",
                domains(keys, SessionKey::source), days(keys, SessionKey::source),
                organizations(keys, SessionKey::source), signers(keys, SessionKey::source),
                authentic(keys, SessionKey::source), texts(keys, key -> key.policyType().name()),
                numbers(values, Sessions::reports), numbers(values, Sessions::successful),
                numbers(values, Sessions::failed), numbers(values, Sessions::speakingReports),
                numbers(values, Sessions::speakingSuccessful), numbers(values, Sessions::speakingFailed));
    }

    private void writeFailures(TenantSession session) {
        if (failures.isEmpty()) {
            return;
        }
        List<FailureKey> keys = new ArrayList<>(failures.keySet());
        List<Failures> values = new ArrayList<>(failures.values());
        session.sql().execute("""
                insert into postern.failure_day select {0}, k.*, 0, 0, 0, 0, 0
                from unnest({1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}) as k on conflict do nothing""",
                DSL.val(session.tenant()), domains(keys, FailureKey::source), days(keys, FailureKey::source),
                organizations(keys, FailureKey::source), signers(keys, FailureKey::source),
                authentic(keys, FailureKey::source), texts(keys, key -> key.policyType().name()),
                texts(keys, key -> key.resultType().name()), texts(keys, FailureKey::mx));
        session.sql().execute("""
                update postern.failure_day f set details = f.details + d.details, failed = f.failed + d.failed,
                    without_count = f.without_count + d.without_count,
                    by_result_type = f.by_result_type + d.by_result_type, by_mx = f.by_mx + d.by_mx
                from unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12})
                    as d (domain_id, day, organization_name, signer, authentic, policy_type, result_type, mx, details,
                          failed, without_count, by_result_type, by_mx)
                where f.domain_id = d.domain_id and f.day = d.day and f.organization_name = d.organization_name
                    and f.signer = d.signer and f.authentic = d.authentic and f.policy_type = d.policy_type
                    and f.result_type = d.result_type and f.mx = d.mx""",
                domains(keys, FailureKey::source), days(keys, FailureKey::source),
                organizations(keys, FailureKey::source), signers(keys, FailureKey::source),
                authentic(keys, FailureKey::source), texts(keys, key -> key.policyType().name()),
                texts(keys, key -> key.resultType().name()), texts(keys, FailureKey::mx),
                numbers(values, Failures::details), numbers(values, Failures::failed),
                numbers(values, Failures::withoutCount), numbers(values, Failures::byResultType),
                numbers(values, Failures::byMx));
    }

    private static <K> Field<UUID[]> domains(List<K> keys, Function<K, Source> source) {
        return column(keys, key -> source.apply(key).domainId(), UUID[]::new);
    }

    private static <K> Field<LocalDate[]> days(List<K> keys, Function<K, Source> source) {
        return column(keys, key -> source.apply(key).day(), LocalDate[]::new);
    }

    private static <K> Field<String[]> organizations(List<K> keys, Function<K, Source> source) {
        return texts(keys, key -> source.apply(key).organizationName());
    }

    private static <K> Field<String[]> signers(List<K> keys, Function<K, Source> source) {
        return texts(keys, key -> source.apply(key).signer());
    }

    private static <K> Field<Boolean[]> authentic(List<K> keys, Function<K, Source> source) {
        return column(keys, key -> source.apply(key).authentic(), Boolean[]::new);
    }

    private static <K> Field<String[]> texts(List<K> keys, Function<K, String> text) {
        return column(keys, text, String[]::new);
    }

    private static <V> Field<Long[]> numbers(List<V> values, ToLongFunction<V> number) {
        return column(values, number::applyAsLong, Long[]::new);
    }

    private static <K, T> Field<T[]> column(List<K> keys, Function<K, T> value, IntFunction<T[]> array) {
        return DSL.val(keys.stream().map(value).toArray(array));
    }
}
