package dev.postern.tlsrpt;

import java.util.EnumMap;
import java.util.stream.Collectors;

/// Sessions of one report, successful and failed.
///
/// One session may be counted under `sts` and again under `tlsa`, so policies are added within a policy type only
/// (RFC 8460 §4.3), and the type with the most sessions speaks for the report.
public record SessionCount(long successful, long failed) {

    public static SessionCount of(TlsReport report) {
        return report.policies().stream()
                .collect(Collectors.groupingBy(PolicyReport::type, () -> new EnumMap<>(PolicyType.class),
                        Collectors.reducing(new SessionCount(0, 0),
                                policy -> new SessionCount(policy.successful().orElse(0), policy.failed().orElse(0)),
                                SessionCount::plus)))
                .values().stream()
                .reduce(new SessionCount(0, 0), (a, b) -> b.total() > a.total() ? b : a);
    }

    /// Sums that would overflow stop at the largest number there is; no sender has that many sessions.
    private SessionCount plus(SessionCount other) {
        return new SessionCount(capped(successful, other.successful), capped(failed, other.failed));
    }

    private long total() {
        return capped(successful, failed);
    }

    private static long capped(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
