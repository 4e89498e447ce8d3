package dev.postern.db.secret;

/// A secret as it lies in the database.
///
/// @param keyVersion which key of the installation the row's key is sealed under
/// @param key        the row's own key, sealed
/// @param secret     the secret, sealed under that key
public record Sealed(int keyVersion, byte[] key, byte[] secret) {
}
