package dev.postern.foundation;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The public key at a DKIM selector (RFC 6376 §3.6.1).
///
/// @param algorithm `rsa` or `ed25519` (RFC 8463)
/// @param bits      of the key
/// @param testing   whether the domain only tries DKIM out (`t=y`); receivers then treat its mail as unsigned
public record DkimKey(String algorithm, int bits, boolean testing) {

    /// Verifiers take no shorter RSA key (RFC 8301 §3.2).
    public static final int LEAST_RSA_BITS = 1024;
    /// Signers should use at least this (RFC 8301 §3.2).
    public static final int GOOD_RSA_BITS = 2048;

    private static final int ED25519_BYTES = 32;
    private static final int BITS_A_BYTE = 8;

    /// Reads the key among the TXT records of a selector. Texts without `p=` are other records.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<DkimKey> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(text -> text.contains("p=")).toList();
        if (ours.size() > 1) {
            return Parsed.invalid("dkim-key-repeated", "There are " + ours.size() + " keys at one selector; which one a "
                    + "receiver takes is undefined. Keep one.", "RFC 6376 §3.6.2.2");
        }
        return ours.isEmpty() ? Parsed.invalid("dkim-key-missing", "There is no key (p=) in the record.",
                "RFC 6376 §3.6.1") : one(ours.getFirst());
    }

    private static Parsed<DkimKey> one(String text) {
        Optional<TagList> read = TagList.parse(text);
        if (read.isEmpty()) {
            return Parsed.invalid("dkim-key-syntax", Quoted.of(text) + " is no list of tag=value fields.",
                    "RFC 6376 §3.2");
        }
        TagList tags = read.get();
        if (tags.get("v").isPresent() && !tags.beginsWith("v", "DKIM1")) {
            return Parsed.invalid("dkim-key-version", "v= must be DKIM1 and come first.", "RFC 6376 §3.6.1");
        }
        String key = tags.get("p").orElse("").replaceAll("\\s", "");
        if (key.isEmpty()) {
            return Parsed.invalid("dkim-key-revoked", "The key is revoked (p= is empty).", "RFC 6376 §3.6.1");
        }
        boolean testing = List.of(tags.get("t").orElse("").split("\\s*:\\s*")).contains("y");
        String algorithm = tags.get("k").orElse("rsa").toLowerCase(Locale.ROOT);
        try {
            byte[] bytes = Base64.getDecoder().decode(key);
            return switch (algorithm) {
                case "rsa" -> rsa(bytes, testing);
                case "ed25519" -> bytes.length == ED25519_BYTES
                        ? Parsed.valid(new DkimKey("ed25519", ED25519_BYTES * BITS_A_BYTE, testing))
                        : Parsed.invalid("dkim-key-unreadable", "An Ed25519 key has 32 bytes, this one "
                        + bytes.length + ".", "RFC 8463 §4");
                default -> Parsed.invalid("dkim-key-algorithm", Quoted.of(algorithm) + " is no algorithm of DKIM.",
                        "RFC 6376 §3.3");
            };
        } catch (IllegalArgumentException notBase64) {
            return Parsed.invalid("dkim-key-unreadable", "p= is not base64; look for a quotation mark or a backslash "
                    + "that slipped in.", "RFC 6376 §3.6.1");
        }
    }

    private static Parsed<DkimKey> rsa(byte[] bytes, boolean testing) {
        Optional<Integer> bits = subjectPublicKeyInfo(bytes).or(() -> bare(bytes));
        if (bits.isEmpty()) {
            return Parsed.invalid("dkim-key-unreadable", "p= holds no RSA key; it may have been cut off.",
                    "RFC 6376 §3.6.1");
        }
        if (bits.get() < LEAST_RSA_BITS) {
            return Parsed.invalid("dkim-key-short", "The RSA key has " + bits.get() + " bits; receivers take none below "
                    + LEAST_RSA_BITS + ".", "RFC 8301 §3.2");
        }
        var notes = new ArrayList<Problem>();
        if (bits.get() < GOOD_RSA_BITS) {
            notes.add(new Problem("dkim-key-weak", "The RSA key has " + bits.get() + " bits; use " + GOOD_RSA_BITS + ".",
                    "RFC 8301 §3.2"));
        }
        return Parsed.valid(new DkimKey("rsa", bits.get(), testing), notes);
    }

    private static Optional<Integer> subjectPublicKeyInfo(byte[] bytes) {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes)) instanceof RSAPublicKey key
                    ? Optional.of(key.getModulus().bitLength()) : Optional.empty();
        } catch (GeneralSecurityException notOne) {
            return Optional.empty();
        }
    }

    /// RFC 6376 §3.6.1 names the key as PKCS#1 has it; nearly everybody publishes it wrapped, and receivers take both.
    private static Optional<Integer> bare(byte[] bytes) {
        byte[] wrapper = {0x30, (byte) 0x82, 0, 0, 0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86,
                (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03, (byte) 0x82, 0, 0, 0};
        int bitString = bytes.length + 1;
        int all = bitString + 19;
        if (all > 0xFFFF) {
            return Optional.empty();
        }
        wrapper[2] = (byte) (all >> BITS_A_BYTE);
        wrapper[3] = (byte) all;
        wrapper[21] = (byte) (bitString >> BITS_A_BYTE);
        wrapper[22] = (byte) bitString;
        var wrapped = new ByteArrayOutputStream();
        try {
            wrapped.write(wrapper);
            wrapped.write(bytes);
        } catch (IOException never) {
            throw new IllegalStateException("memory takes bytes", never);
        }
        return subjectPublicKeyInfo(wrapped.toByteArray());
    }
}
