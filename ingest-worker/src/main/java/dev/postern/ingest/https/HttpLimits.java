package dev.postern.ingest.https;

import java.time.Duration;

/// What one client of the report receiver may take. Each refusal names the limit.
///
/// @param connections   at a time; further ones wait to be taken
/// @param requestsOfOne address at a time, as the edge saw it
/// @param headerBytes   of one request's header
/// @param headerTime    in which a header must have come whole
/// @param idle          silence after which a connection is given up
public record HttpLimits(int connections, int requestsOfOne, int headerBytes, Duration headerTime, Duration idle) {

    public static final HttpLimits DEFAULT =
            new HttpLimits(2_000, 50, 8 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(15));
}
