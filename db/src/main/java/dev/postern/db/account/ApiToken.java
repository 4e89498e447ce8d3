package dev.postern.db.account;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// An API token as listed; the token itself is shown once and kept only as a hash.
public record ApiToken(UUID id, String name, String createdBy, Instant createdAt, Optional<Instant> expiresAt) {
}
