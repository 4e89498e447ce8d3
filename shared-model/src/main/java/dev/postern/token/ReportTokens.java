package dev.postern.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Issues and recognises report tokens: 26 letters and digits that stand for 80 random bits and a 48-bit HMAC.
///
/// They are lower case and survive a sender that changes case, since a local part passes through many hands. 48 bits
/// of proof suffice: a guess must reach the receiver over the network, and a hit names no existing domain.
public final class ReportTokens {

    /// Random bytes that a token is made from.
    public static final int RANDOM_BYTES = 10;
    private static final int PROOF_BYTES = 6;
    private static final int LENGTH = 26;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private final SecretKeySpec key;

    /// @param installationKey the installation's secret key, at least 32 bytes
    public ReportTokens(byte[] installationKey) {
        if (installationKey.length < 32) {
            throw new IllegalArgumentException("the installation key needs at least 32 bytes");
        }
        key = new SecretKeySpec(installationKey, "HmacSHA256");
    }

    /// The token for some random bytes.
    ///
    /// @param random exactly [#RANDOM_BYTES] bytes from a secure source
    public String issue(byte[] random) {
        if (random.length != RANDOM_BYTES) {
            throw new IllegalArgumentException("a token is made from " + RANDOM_BYTES + " random bytes");
        }
        byte[] token = Arrays.copyOf(random, RANDOM_BYTES + PROOF_BYTES);
        System.arraycopy(proof(random), 0, token, RANDOM_BYTES, PROOF_BYTES);
        return encode(token);
    }

    /// The token in its canonical form, if this installation issued it.
    public Optional<String> recognise(String candidate) {
        String text = candidate.toLowerCase(Locale.ROOT);
        if (text.length() != LENGTH || !text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0)) {
            return Optional.empty();
        }
        byte[] token = decode(text);
        byte[] random = Arrays.copyOf(token, RANDOM_BYTES);
        byte[] claimed = Arrays.copyOfRange(token, RANDOM_BYTES, RANDOM_BYTES + PROOF_BYTES);
        boolean genuine = MessageDigest.isEqual(claimed, Arrays.copyOf(proof(random), PROOF_BYTES));
        // The last character carries two unused bits: only their one canonical spelling is a token.
        return genuine && encode(token).equals(text) ? Optional.of(text) : Optional.empty();
    }

    private byte[] proof(byte[] random) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update("postern-report-token".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return mac.doFinal(random);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has HmacSHA256", missing);
        }
    }

    private static String encode(byte[] bytes) {
        var text = new StringBuilder(LENGTH);
        int buffer = 0;
        int bits = 0;
        for (byte b : bytes) {
            buffer = (buffer << 8) | (b & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET.charAt((buffer >> bits) & 31));
            }
        }
        return text.append(ALPHABET.charAt((buffer << (5 - bits)) & 31)).toString();
    }

    private static byte[] decode(String text) {
        var bytes = new byte[RANDOM_BYTES + PROOF_BYTES];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            buffer = (buffer << 5) | ALPHABET.indexOf(text.charAt(i));
            bits += 5;
            if (bits >= 8 && at < bytes.length) {
                bits -= 8;
                bytes[at++] = (byte) (buffer >> bits);
            }
        }
        return bytes;
    }
}
