package dev.postern.db.account;

import java.util.UUID;

/// A person who can sign in.
///
/// @param email        in lower case
/// @param passwordHash as Spring Security's delegating encoder writes it
public record Account(UUID id, String email, String passwordHash) {
}
