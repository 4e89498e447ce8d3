package dev.postern.db.secret;

import java.util.UUID;

/// The one place where a sealed secret is valid: moved to another row or another organisation it can't be opened.
///
/// @param kind   what sort of secret, in kebab case: `mailbox-password`
/// @param tenant whose
/// @param row    the row that it lies in
public record Place(String kind, UUID tenant, UUID row) {
}
