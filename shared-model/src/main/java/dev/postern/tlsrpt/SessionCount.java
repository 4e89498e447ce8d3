package dev.postern.tlsrpt;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Sessions of one report, successful and failed.
///
/// One session may be counted under `sts` and again under `tlsa`, so policies are added within a policy type only
/// (RFC 8460 §4.3), and the type with the most sessions speaks for the report.
public record SessionCount(long successful, long failed) {

    private static final SessionCount NONE = new SessionCount(0, 0);

    /// The sessions of the type that speaks.
    public static SessionCount of(TlsReport report) {
        Map<PolicyType, SessionCount> byType = byPolicyType(report);
        return speaking(byType).map(byType::get).orElse(NONE);
    }

    /// In the types' order. A count that is missing adds nothing.
    public static Map<PolicyType, SessionCount> byPolicyType(TlsReport report) {
        var byType = new EnumMap<PolicyType, SessionCount>(PolicyType.class);
        for (PolicyReport policy : report.policies()) {
            byType.merge(policy.type(), new SessionCount(policy.successful().orElse(0), policy.failed().orElse(0)),
                    SessionCount::plus);
        }
        return byType;
    }

    /// The type with the most sessions, the first of them in the types' order; empty where there is no policy.
    static Optional<PolicyType> speaking(Map<PolicyType, SessionCount> byType) {
        return byType.entrySet().stream()
                .reduce((a, b) -> b.getValue().total() > a.getValue().total() ? b : a).map(Map.Entry::getKey);
    }

    /// Sums that would overflow stop at the largest number there is; no sender has that many sessions.
    private SessionCount plus(SessionCount other) {
        return new SessionCount(capped(successful, other.successful), capped(failed, other.failed));
    }

    private long total() {
        return capped(successful, failed);
    }

    static long capped(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
