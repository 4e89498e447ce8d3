package dev.postern.db.account;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// An API token as listed; the token itself is shown once and kept only as a hash.
///
/// @param role what a program may do that presents it; never [Role#OWNER]
public record ApiToken(UUID id, String name, Role role, String createdBy, Instant createdAt, Optional<Instant> expiresAt) {
}
