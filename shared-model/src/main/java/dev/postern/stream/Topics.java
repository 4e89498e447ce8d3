package dev.postern.stream;

/// Names of the Kafka topics; the package's page says what is on each.
public final class Topics {

    public static final String TLSRPT_RECEIVED = "tlsrpt.received";
    public static final String TLSRPT_REJECTED = "tlsrpt.rejected";
    public static final String PROBE_REQUESTED = "probe.requested";
    public static final String PROBE_OBSERVED = "probe.observed";
    public static final String POLICY_PUBLISHED = "policy.published";
    public static final String TIMELINE_EVENT = "timeline.event";

    private Topics() {
    }
}
