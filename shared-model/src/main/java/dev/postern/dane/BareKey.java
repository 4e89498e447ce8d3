package dev.postern.dane;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A public key that stands in a TLSA record itself (selector 1, matching type 0).
final class BareKey {

    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519", "Ed448");

    private BareKey() {
    }

    /// @param hex SubjectPublicKeyInfo (RFC 5280 §4.1)
    /// @return empty when it is none, or of a kind that is not used for certificates
    static Optional<PublicKey> read(String hex) {
        var encoded = new X509EncodedKeySpec(HexFormat.of().parseHex(hex));
        for (String algorithm : ALGORITHMS) {
            try {
                return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(encoded));
            } catch (GeneralSecurityException another) {
                // The bytes tell their own algorithm, and the JDK has no reader for all of them.
                continue;
            }
        }
        return Optional.empty();
    }
}
