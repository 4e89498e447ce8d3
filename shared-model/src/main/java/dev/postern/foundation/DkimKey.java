package dev.postern.foundation;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

    private static final Pattern KEY_FIELD = Pattern.compile("(?:^|;)\\s*+p\\s*+=");
    private static final int ED25519_BYTES = 32;
    private static final int BITS_A_BYTE = 8;

    /// Reads the key among the TXT records of a selector. Texts without `p=` are other records.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<DkimKey> parse(List<String> txtRecords) {
        var ours = keys(txtRecords);
        if (ours.size() > 1) {
            return Parsed.invalid("dkim-key-repeated", "There are " + ours.size() + " keys at one selector; which "
                    + "one a receiver takes is undefined. Keep one.", "RFC 6376 §3.6.2.2");
        }
        return ours.isEmpty() ? Parsed.invalid("dkim-key-missing", "There is no key (p=) in the record.",
                "RFC 6376 §3.6.1") : one(ours.getFirst());
    }

    private static List<String> keys(List<String> txtRecords) {
        return txtRecords.stream().filter(text -> KEY_FIELD.matcher(text).find()).toList();
    }

    /// The same record without test mode, as to publish; empty when there is not one record to read.
    public static Optional<String> withoutTestMode(List<String> txtRecords) {
        var ours = keys(txtRecords);
        return ours.size() != 1 ? Optional.empty() : TagList.parse(ours.getFirst())
                .flatMap(tags -> tags.with(Map.of("t", flagsWithoutTesting(tags))).render());
    }

    private static String flagsWithoutTesting(TagList tags) {
        return values(tags, "t").stream().filter(flag -> !flag.equals("y")).collect(Collectors.joining(":"));
    }

    /// What stands in a field with colons between.
    private static List<String> values(TagList tags, String tag) {
        return Arrays.stream(tags.get(tag).orElse("").split(":")).map(String::strip).filter(value -> !value.isEmpty())
                .toList();
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
        var hashes = values(tags, "h");
        if (!hashes.isEmpty() && !hashes.contains("sha256")) {
            return Parsed.invalid("dkim-key-hash", "h= does not allow sha256, the one hash that is in use.",
                    "RFC 8301 §3.1");
        }
        var services = values(tags, "s");
        if (!services.isEmpty() && !services.contains("*") && !services.contains("email")) {
            return Parsed.invalid("dkim-key-service", "s= does not allow the key for mail.", "RFC 6376 §3.6.1");
        }
        boolean testing = values(tags, "t").contains("y");
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
            return Parsed.invalid("dkim-key-short", "The RSA key has " + bits.get() + " bits; receivers take none "
                    + "below "
                    + LEAST_RSA_BITS + ".", "RFC 8301 §3.2");
        }
        var notes = new ArrayList<Problem>();
        if (bits.get() < GOOD_RSA_BITS) {
            notes.add(new Problem("dkim-key-weak", "The RSA key has " + bits.get() + " bits; use "
                    + GOOD_RSA_BITS + ".", "RFC 8301 §3.2"));
        }
        return Parsed.valid(new DkimKey("rsa", bits.get(), testing), notes);
    }

    private static Optional<Integer> subjectPublicKeyInfo(byte[] bytes) {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes))
                    instanceof RSAPublicKey key ? Optional.of(key.getModulus().bitLength()) : Optional.empty();
        } catch (GeneralSecurityException notOne) {
            return Optional.empty();
        }
    }

    /// RFC 6376 §3.6.1 names the key as PKCS#1 has it; nearly everybody publishes it wrapped, and receivers take both.
    private static Optional<Integer> bare(byte[] bytes) {
        byte[] rsaEncryption = {0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01,
                0x01, 0x01, 0x05, 0x00};
        byte[] key = der(0x03, new byte[1], bytes);
        return subjectPublicKeyInfo(der(0x30, rsaEncryption, key));
    }

    /// One value in DER: a reader refuses lengths that are longer than they need be (X.690 §10.1).
    private static byte[] der(int tag, byte[] first, byte[] second) {
        int length = first.length + second.length;
        var header = new ByteArrayOutputStream();
        header.write(tag);
        if (length < 0x80) {
            header.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + BITS_A_BYTE - 1) / BITS_A_BYTE;
            header.write(0x80 | bytes);
            for (int shift = (bytes - 1) * BITS_A_BYTE; shift >= 0; shift -= BITS_A_BYTE) {
                header.write(length >> shift);
            }
        }
        header.writeBytes(first);
        header.writeBytes(second);
        return header.toByteArray();
    }
}
