package dev.postern.pki;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A certificate, and what people ask of it.
///
/// @param subject            distinguished name, RFC 2253
/// @param issuer             likewise
/// @param serial             hexadecimal
/// @param dnsNames           alternative names of type dNSName, lower case, as they stand in it; the common name does not
///                           count (RFC 6125 §6.4.4, RFC 8461 §4.2)
/// @param keyAlgorithm       `RSA`, `EC`, …
/// @param keyBits            size of the key; 0 when not known
/// @param signatureAlgorithm `SHA256withECDSA`, …
/// @param sha256             of the whole certificate, hexadecimal in lower case
/// @param pem                the certificate itself
public record Certificate(String subject, String issuer, String serial, List<String> dnsNames, Instant notBefore,
                          Instant notAfter, String keyAlgorithm, int keyBits, String signatureAlgorithm, String sha256,
                          String pem) {

    private static final int DNS_NAME = 2;
    private static final int MAX_NAMES = 500;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
    private static final String END = "\n-----END CERTIFICATE-----\n";

    public Certificate {
        dnsNames = List.copyOf(dnsNames);
    }

    /// Reads what stands in a certificate.
    public static Certificate of(X509Certificate certificate) {
        try {
            byte[] encoded = certificate.getEncoded();
            return new Certificate(certificate.getSubjectX500Principal().getName(),
                    certificate.getIssuerX500Principal().getName(), certificate.getSerialNumber().toString(16),
                    dnsNames(certificate), certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(), certificate.getPublicKey().getAlgorithm(),
                    bits(certificate.getPublicKey()), certificate.getSigAlgName(), sha256(encoded), BEGIN
                    + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(encoded) + END);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("not a certificate in DER", unreadable);
        }
    }

    /// The certificate as the JDK reads it.
    @JsonIgnore
    public X509Certificate x509() {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException notOne) {
            throw new IllegalStateException("a Certificate holds one in PEM", notOne);
        }
    }

    /// Whether one of its names covers a host: the same name, or a wildcard as the whole left-most label, which stands
    /// for exactly one label (RFC 6125 §6.4.3).
    ///
    /// @param host in A-labels, without trailing dot
    public boolean covers(String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        return dnsNames.stream().anyMatch(name -> matches(name, wanted));
    }

    private static boolean matches(String name, String host) {
        if (!name.startsWith("*.")) {
            return name.equals(host);
        }
        int dot = host.indexOf('.');
        // A wildcard right below the root or a top-level domain is no name anybody may have.
        return dot > 0 && name.indexOf('.', 2) > 0 && host.substring(dot).equals(name.substring(1));
    }

    /// Whole days until it expires; negative when it has.
    public long daysLeft(Instant now) {
        return Math.floorDiv(Duration.between(now, notAfter).toSeconds(), Duration.ofDays(1).toSeconds());
    }

    public boolean validAt(Instant when) {
        return !when.isBefore(notBefore) && !when.isAfter(notAfter);
    }

    private static List<String> dnsNames(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null ? List.of() : names.stream().filter(name -> name.getFirst().equals(DNS_NAME))
                .map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)).limit(MAX_NAMES).toList();
    }

    private static int bits(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength();
            case ECPublicKey ec -> Optional.ofNullable(ec.getParams()).map(p -> p.getOrder().bitLength()).orElse(0);
            case EdECPublicKey ed -> ed.getParams().getName().equals("Ed448") ? 448 : 256;
            case DSAPublicKey dsa -> dsa.getParams() == null ? 0 : dsa.getParams().getP().bitLength();
            default -> 0;
        };
    }

    private static String sha256(byte[] encoded) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
    }
}
