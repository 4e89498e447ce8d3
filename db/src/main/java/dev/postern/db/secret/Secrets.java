package dev.postern.db.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals secrets and opens them again. Thread-safe.
///
/// Each secret is encrypted under a random key of its own, and that key under one derived from the installation's
/// (HKDF, RFC 5869). So the installation's key, which report addresses rest on too, is never used on data itself, and a
/// change of it re-seals only the small keys. AES-256-GCM throughout, with the [Place] and the key's version as
/// associated data. Two random nonces under one key never meet: the outer key seals one short key for each secret, far
/// from the 2³² that random 96-bit nonces allow (NIST SP 800-38D §8.3).
public final class Secrets {

    /// The version that new secrets are sealed under.
    public static final int KEY_VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey installation;
    private final SecureRandom random = new SecureRandom();

    /// @param installationKey the installation's secret key, at least 32 bytes
    public Secrets(byte[] installationKey) {
        if (installationKey.length < KEY_BYTES) {
            throw new IllegalArgumentException("the installation key needs at least " + KEY_BYTES + " bytes");
        }
        try {
            installation = KDF.getInstance("HKDF-SHA256").deriveKey("AES", HKDFParameterSpec.ofExtract()
                    .addIKM(installationKey).thenExpand(ascii("postern sealed secrets, version " + KEY_VERSION), KEY_BYTES));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has HKDF with SHA-256", missing);
        }
    }

    /// Seals a secret for one place.
    public Sealed seal(Place place, byte[] secret) {
        byte[] own = new byte[KEY_BYTES];
        random.nextBytes(own);
        try {
            byte[] about = about(place, KEY_VERSION);
            return new Sealed(KEY_VERSION, encrypt(installation, about, own),
                    encrypt(new SecretKeySpec(own, "AES"), about, secret));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has AES-GCM", missing);
        } finally {
            Arrays.fill(own, (byte) 0);
        }
    }

    /// Opens what was sealed for this place.
    ///
    /// @throws SecretUnreadable when it was changed, moved, or sealed under another key
    public byte[] open(Place place, Sealed sealed) throws SecretUnreadable {
        if (sealed.keyVersion() != KEY_VERSION) {
            throw new SecretUnreadable("sealed under version " + sealed.keyVersion() + " of the key, which is not known",
                    null);
        }
        byte[] own = {};
        try {
            byte[] about = about(place, sealed.keyVersion());
            own = decrypt(installation, about, sealed.key());
            return decrypt(new SecretKeySpec(own, "AES"), about, sealed.secret());
        } catch (GeneralSecurityException | IllegalArgumentException changed) {
            throw new SecretUnreadable("it was changed, moved, or sealed under another key", changed);
        } finally {
            Arrays.fill(own, (byte) 0);
        }
    }

    private byte[] encrypt(SecretKey key, byte[] about, byte[] plain) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, about);
        byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
        cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
        return sealed;
    }

    private static byte[] decrypt(SecretKey key, byte[] about, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < NONCE_BYTES) {
            throw new GeneralSecurityException("too short");
        }
        return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE_BYTES), about)
                .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] about) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(about);
        return cipher;
    }

    /// Unambiguous: a kind has no line end, and UUIDs have one length.
    private static byte[] about(Place place, int version) {
        return ascii(version + "\n" + place.kind() + "\n" + place.tenant() + "\n" + place.row());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
