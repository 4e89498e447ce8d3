package dev.postern.ingest.record;

import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.TlsReport;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// A report's failed sessions by result type.
final class Failures {

    private Failures() {
    }

    /// By the result type's word. One session may stand under `sts` and under `tlsa`, so sessions are added within a
    /// policy type only, and the type that counts most speaks (RFC 8460 §4.3). A count that is missing adds nothing.
    static Map<String, Long> byResultType(TlsReport report) {
        var byPolicyType = new EnumMap<PolicyType, Map<String, Long>>(PolicyType.class);
        for (PolicyReport policy : report.policies()) {
            Map<String, Long> counts = byPolicyType.computeIfAbsent(policy.type(), _ -> new TreeMap<>());
            for (FailureDetail failure : policy.failures()) {
                counts.merge(failure.type().wire(), failure.failedSessions().orElse(0), Failures::capped);
            }
        }
        var most = new TreeMap<String, Long>();
        byPolicyType.values().forEach(counts -> counts.forEach((type, count) -> most.merge(type, count, Math::max)));
        return most;
    }

    private static long capped(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
