package dev.postern.stream;

/// Names of the Kafka topics; the package's page says what is on each.
public final class Topics {

    public static final String TLSRPT_RECEIVED = "tlsrpt.received";
    public static final String TLSRPT_REJECTED = "tlsrpt.rejected";
    public static final String PROBE_REQUESTED = "probe.requested";
    /// The same for somebody who waits, so that they do not stand behind thousands of domains that merely are due.
    public static final String PROBE_REQUESTED_NOW = "probe.requested.now";
    public static final String PROBE_PROGRESS = "probe.progress";
    public static final String PROBE_OBSERVED = "probe.observed";
    public static final String CHECK_REQUESTED = "check.requested";
    public static final String POLICY_PUBLISHED = "policy.published";
    public static final String POLICY_FETCHED = "policy.fetched";
    public static final String TIMELINE_EVENT = "timeline.event";

    private Topics() {
    }
}
