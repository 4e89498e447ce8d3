package dev.postern.testbed;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate about to be signed.
///
/// @param subject   whom it is for
/// @param keys      its own keys; only the public one enters the certificate
/// @param from      first moment of validity
/// @param until     last moment of validity
/// @param names     alternative names of a server; none for an authority
/// @param authority whether it may sign others
/// @param algorithm how it is signed, in the JDK's words
record NewCertificate(X500Name subject, KeyPair keys, Instant from, Instant until, List<String> names,
                      boolean authority, String algorithm) {

    static final String SHA256 = "SHA256withECDSA";
    static final String SHA1 = "SHA1withECDSA";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 120;
    private static final int MAX_COMMON_NAME = 64;

    static X500Name authorityName(String commonName) {
        return new X500Name("CN=" + commonName + ",O=Postern Testbed");
    }

    /// The subject of a server. The names themselves stand in the alternative names.
    static X500Name serverName(List<String> names) {
        String first = names.isEmpty() ? "nobody" : names.getFirst();
        return new X500Name("O=Postern Testbed,CN=" + first.substring(0, Math.min(first.length(), MAX_COMMON_NAME)));
    }

    static KeyPair ellipticKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has P-256", missing);
        }
    }

    static KeyPair rsaKeys(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has RSA", missing);
        }
    }

    /// Signs it with its own key.
    X509Certificate selfSigned() {
        return signedBy(subject, keys);
    }

    X509Certificate signedBy(X500Name issuer, KeyPair issuerKeys) {
        try {
            var builder = new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
                    Date.from(from), Date.from(until), subject, keys.getPublic());
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    identifiers.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                // An authority signs OCSP responses with the same key, which takes the digital signature.
                builder.addExtension(Extension.keyUsage, true,
                        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(Extension.extendedKeyUsage, false,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            }
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
                        names.stream().map(NewCertificate::generalName).toArray(GeneralName[]::new)));
            }
            var signer = new JcaContentSignerBuilder(algorithm).build(issuerKeys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
            throw new IllegalArgumentException("no certificate can be made for " + names, failed);
        }
    }

    private static GeneralName generalName(String name) {
        boolean address = name.contains(":") || name.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }
}
