package dev.postern.dane;

import dev.postern.pki.Certificate;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/// A TLSA record (RFC 6698 §2.1).
///
/// @param usage    0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE
/// @param selector 0 the whole certificate, 1 its public key
/// @param matching 0 the bytes themselves, 1 their SHA-256, 2 their SHA-512
/// @param data     hexadecimal, lower case
public record TlsaRecord(int usage, int selector, int matching, String data) {

    public static final int PKIX_TA = 0;
    public static final int PKIX_EE = 1;
    public static final int DANE_TA = 2;
    public static final int DANE_EE = 3;
    public static final int CERTIFICATE = 0;
    public static final int PUBLIC_KEY = 1;
    public static final int EXACT = 0;
    public static final int SHA_256 = 1;
    public static final int SHA_512 = 2;

    private static final int SHOWN = 24;

    /// The record that a certificate matches: what to publish for it.
    ///
    /// @throws IllegalArgumentException when selector or matching type is not known
    public static TlsaRecord of(int usage, int selector, int matching, Certificate certificate) {
        return of(usage, selector, matching, certificate.x509());
    }

    static TlsaRecord of(int usage, int selector, int matching, X509Certificate certificate) {
        try {
            byte[] selected = switch (selector) {
                case CERTIFICATE -> certificate.getEncoded();
                case PUBLIC_KEY -> certificate.getPublicKey().getEncoded();
                default -> throw new IllegalArgumentException("selector " + selector);
            };
            byte[] data = switch (matching) {
                case EXACT -> selected;
                case SHA_256 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case SHA_512 -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> throw new IllegalArgumentException("matching type " + matching);
            };
            return new TlsaRecord(usage, selector, matching, HexFormat.of().formatHex(data));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-2, and a certificate was read from its bytes", missing);
        }
    }

    /// The record as it stands in a zone file: `3 1 1 0d6f…`.
    @Override
    public String toString() {
        return usage + " " + selector + " " + matching + " " + data;
    }

    /// The same, with long data cut short.
    String brief() {
        return usage + " " + selector + " " + matching + " "
                + (data.length() <= SHOWN ? data : data.substring(0, SHOWN) + "…");
    }
}
