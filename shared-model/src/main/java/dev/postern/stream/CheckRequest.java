package dev.postern.stream;

import java.time.Instant;

/// Asks for the public check of a domain that need not be anybody's here.
///
/// @param domain      in A-labels
/// @param requestedAt when; a check that began later answers it
public record CheckRequest(String domain, Instant requestedAt) {
}
