package dev.postern.stream;

import java.util.Optional;
import java.util.UUID;

/// How far a probe is that somebody waits for.
///
/// @param tenant   whose probe it is; empty for a public check
/// @param domain   in A-labels
/// @param vantage  name of the vantage point
/// @param step     what was just finished, for people: `MX mx1.example.com`
/// @param finished steps done
/// @param total    steps known so far; grows as MXs are found
/// @param over     whether the result is written
public record ProbeProgress(Optional<UUID> tenant, String domain, String vantage, String step, int finished, int total,
                            boolean over) {
}
