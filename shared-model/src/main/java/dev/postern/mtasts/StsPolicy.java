package dev.postern.mtasts;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A policy (RFC 8461 §3.2).
///
/// @param maxAgeSeconds how long senders keep it, 0 to [#MAX_MAX_AGE_SECONDS]
/// @param mx            hosts that may take the mail; empty only with [Mode#NONE]
/// @param extensions    further keys with their first values, in order
public record StsPolicy(Mode mode, long maxAgeSeconds, List<MxPattern> mx, Map<String, String> extensions) {

    /// About one year (RFC 8461 §3.2).
    public static final long MAX_MAX_AGE_SECONDS = 31_557_600;
    /// What senders read of a policy (RFC 8461 §3.3 suggests 64 kilobytes).
    public static final int MAX_BODY_BYTES = 65_536;

    /// @throws IllegalArgumentException when these make no valid policy
    public StsPolicy {
        if (maxAgeSeconds < 0 || maxAgeSeconds > MAX_MAX_AGE_SECONDS) {
            throw new IllegalArgumentException("max_age is 0 to " + MAX_MAX_AGE_SECONDS + ": " + maxAgeSeconds);
        }
        if (mx.isEmpty() && mode != Mode.NONE) {
            throw new IllegalArgumentException("a policy in " + mode.wire() + " names at least one mx");
        }
        if (!extensions.entrySet().stream().allMatch(PolicyParser::isExtension)) {
            throw new IllegalArgumentException("a further key or its value is not of the policy's form");
        }
        mx = List.copyOf(mx);
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /// Reads a policy's body as a sender that keeps to the grammar would, and finds every problem, not only the first.
    public static Parsed<StsPolicy> parse(byte[] body) {
        return new PolicyParser(body).parse();
    }

    /// The body to serve: lines end in CRLF (RFC 8461 §3.2).
    public String render() {
        var text = new StringBuilder("version: STSv1\r\nmode: ").append(mode.wire()).append("\r\n");
        mx.forEach(pattern -> text.append("mx: ").append(pattern.pattern()).append("\r\n"));
        text.append("max_age: ").append(maxAgeSeconds).append("\r\n");
        extensions.forEach((key, value) -> text.append(key).append(": ").append(value).append("\r\n"));
        return text.toString();
    }

    /// Whether a pattern matches this MX (RFC 8461 §4.1).
    public boolean covers(HostName host) {
        return mx.stream().anyMatch(pattern -> pattern.matches(host));
    }

    /// How the policy fits a domain's MXs, both ways.
    public PolicyCoverage coverage(List<HostName> hosts) {
        return new PolicyCoverage(hosts.stream().filter(host -> !covers(host)).toList(),
                mx.stream().filter(pattern -> hosts.stream().noneMatch(pattern::matches)).toList());
    }
}
