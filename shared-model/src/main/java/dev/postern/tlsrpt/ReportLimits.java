package dev.postern.tlsrpt;

/// How much of a report is read before it is refused. Each refusal names the limit.
///
/// @param maxBytes          of JSON, after decompression
/// @param maxPolicies       in one report
/// @param maxFailureDetails in one report
/// @param maxStringLength   of one text, in characters
/// @param maxNesting        of arrays and objects
/// @param maxSessions       that one count may claim. A sum of 9 million such counts still fits a `long`.
public record ReportLimits(long maxBytes, int maxPolicies, int maxFailureDetails, int maxStringLength,
                           int maxNesting, long maxSessions) {

    public static final ReportLimits DEFAULT =
            new ReportLimits(64L << 20, 10_000, 200_000, 16_384, 32, 1_000_000_000_000L);
}
