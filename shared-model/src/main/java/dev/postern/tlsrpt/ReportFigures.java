package dev.postern.tlsrpt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What one report adds to the figures of its day: rows that can be summed over reports, though sessions under `sts` and
/// under `tlsa` can't (RFC 8460 §4.3). For that, each row says how much of it speaks: where several policy types count
/// the same thing, only the one that counts most does.
///
/// @param sessions one for each policy type; one of [PolicyType#OTHER] that counts nothing for a report without policies
/// @param failures one for each policy type, result type and MX
public record ReportFigures(List<Sessions> sessions, List<Failures> failures) {

    /// Longest MX host name that figures tell apart, in UTF-16 units; a real one has at most 253 (RFC 1035 §2.3.4).
    private static final int MAX_NAME = 255;

    /// Sessions under one policy type.
    ///
    /// @param speaks whether this type has the most sessions of the report
    public record Sessions(PolicyType policyType, long successful, long failed, boolean speaks) {
    }

    /// Failures of one kind at one MX.
    ///
    /// @param mx           host name as sent, in lower case; empty where none was named
    /// @param details      how many failure details tell of it
    /// @param failed       sessions
    /// @param withoutCount details that do not say of how many sessions: of one at least
    /// @param byResultType the sessions, if this policy type has the most of this result type in the report, else 0
    /// @param byMx         the sessions, if this policy type has the most at this MX in the report, else 0
    public record Failures(PolicyType policyType, ResultType resultType, String mx, long details, long failed,
                           long withoutCount, long byResultType, long byMx) {
    }

    private record Key(PolicyType policyType, ResultType resultType, String mx) {
    }

    private record Sum(long details, long failed, long withoutCount) {

        private Sum plus(Sum other) {
            return new Sum(details + other.details, SessionCount.capped(failed, other.failed),
                    withoutCount + other.withoutCount);
        }
    }

    public ReportFigures {
        sessions = List.copyOf(sessions);
        failures = List.copyOf(failures);
    }

    public static ReportFigures of(TlsReport report) {
        return new ReportFigures(sessions(report), failures(report));
    }

    /// Failed sessions by the result type's word.
    public Map<String, Long> failedByResultType() {
        return failures.stream().collect(Collectors.groupingBy(failure -> failure.resultType().wire(), TreeMap::new,
                Collectors.reducing(0L, Failures::byResultType, SessionCount::capped)));
    }

    private static List<Sessions> sessions(TlsReport report) {
        Map<PolicyType, SessionCount> byType = SessionCount.byPolicyType(report);
        if (byType.isEmpty()) {
            return List.of(new Sessions(PolicyType.OTHER, 0, 0, true));
        }
        PolicyType speaking = SessionCount.speaking(byType).orElseThrow();
        return byType.entrySet().stream().map(entry -> new Sessions(entry.getKey(), entry.getValue().successful(),
                entry.getValue().failed(), entry.getKey() == speaking)).toList();
    }

    private static List<Failures> failures(TlsReport report) {
        var sums = new LinkedHashMap<Key, Sum>();
        for (PolicyReport policy : report.policies()) {
            for (FailureDetail failure : policy.failures()) {
                sums.merge(new Key(policy.type(), failure.type(), failure.receivingMxHostname()
                        .map(ReportFigures::shortened).orElse("")), new Sum(1, failure.failedSessions().orElse(0),
                        failure.failedSessions().isPresent() ? 0 : 1), Sum::plus);
            }
        }
        Map<ResultType, PolicyType> speakingByType = speaking(sums, Key::resultType);
        Map<String, PolicyType> speakingByMx = speaking(sums, Key::mx);
        var rows = new ArrayList<Failures>();
        sums.forEach((key, sum) -> rows.add(new Failures(key.policyType(), key.resultType(), key.mx(), sum.details(),
                sum.failed(), sum.withoutCount(),
                speakingByType.get(key.resultType()) == key.policyType() ? sum.failed() : 0,
                speakingByMx.get(key.mx()) == key.policyType() ? sum.failed() : 0)));
        return rows;
    }

    /// For each group, the policy type with the most failed sessions, the first in the types' order where some are equal.
    private static <G> Map<G, PolicyType> speaking(Map<Key, Sum> sums, Function<Key, G> group) {
        var byGroup = new LinkedHashMap<G, Map<PolicyType, Long>>();
        sums.forEach((key, sum) -> byGroup.computeIfAbsent(group.apply(key), _ -> new EnumMap<>(PolicyType.class))
                .merge(key.policyType(), sum.failed(), SessionCount::capped));
        return byGroup.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .entrySet().stream().max(Comparator.comparingLong((Map.Entry<PolicyType, Long> type) -> type.getValue())
                        .thenComparing(Map.Entry::getKey, Comparator.reverseOrder())).map(Map.Entry::getKey)
                .orElseThrow()));
    }

    private static String shortened(String mx) {
        if (mx.length() <= MAX_NAME) {
            return mx;
        }
        return mx.substring(0, Character.isHighSurrogate(mx.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME);
    }
}
