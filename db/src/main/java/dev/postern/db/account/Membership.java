package dev.postern.db.account;

import java.util.UUID;

/// One person's place in one organisation.
///
/// @param organisation the organisation's name
public record Membership(UUID tenant, String organisation, Role role) {
}
