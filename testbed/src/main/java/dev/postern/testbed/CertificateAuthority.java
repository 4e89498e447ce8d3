package dev.postern.testbed;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority that exists for one run: its root is trusted by whoever is given it, and it issues good and
/// bad server certificates. Keys are elliptic-curve ones, made in a millisecond.
public final class CertificateAuthority {

    private static final X500Name ISSUER = new X500Name("CN=Testbed Root,O=Postern Testbed");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 120;

    private final KeyPair keys;
    private final X509Certificate root;

    private CertificateAuthority(KeyPair keys, X509Certificate root) {
        this.keys = keys;
        this.root = root;
    }

    /// A new authority with a key of its own, valid from yesterday for ten years.
    public static CertificateAuthority create() {
        var keys = newKeys();
        var now = Instant.now();
        var root = certificate(ISSUER, keys, ISSUER, keys, now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(3650)), List.of());
        return new CertificateAuthority(keys, root);
    }

    public X509Certificate root() {
        return root;
    }

    /// The root in PEM, as a `POSTERN_TRUST_STORE` file holds it.
    public String rootPem() {
        return Pem.of(root);
    }

    /// TLS for a client that trusts this root and no other.
    public SSLContext trusting() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root);
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException missing) {
            throw new IllegalStateException("every JDK has PKCS12 and TLS", missing);
        }
    }

    /// A good certificate for these names; an IP literal becomes an address name.
    public ServerIdentity issue(String... names) {
        var now = Instant.now();
        return issue(now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(90)), names);
    }

    /// A certificate that expired yesterday.
    public ServerIdentity expired(String... names) {
        var now = Instant.now();
        return issue(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(1)), names);
    }

    /// A certificate that will be valid from tomorrow.
    public ServerIdentity notYetValid(String... names) {
        var now = Instant.now();
        return issue(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)), names);
    }

    /// A certificate that is signed by its own key and leads to no root.
    public ServerIdentity untrusted(String... names) {
        var own = newKeys();
        var now = Instant.now();
        var subject = subject(names);
        return new ServerIdentity(own.getPrivate(), List.of(certificate(subject, own, subject, own,
                now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(90)), List.of(names))));
    }

    private ServerIdentity issue(Instant from, Instant until, String... names) {
        var own = newKeys();
        return new ServerIdentity(own.getPrivate(),
                List.of(certificate(subject(names), own, ISSUER, keys, from, until, List.of(names))));
    }

    private static X500Name subject(String... names) {
        // The names themselves stand in the alternative names; a common name is limited to 64 characters.
        return new X500Name("O=Postern Testbed,CN=" + (names.length == 0 ? "nobody"
                : names[0].substring(0, Math.min(names[0].length(), 64))));
    }

    /// @param names alternative names of a server; empty for a root
    private static X509Certificate certificate(X500Name subject, KeyPair own, X500Name issuer, KeyPair signing,
                                               Instant from, Instant until, List<String> names) {
        try {
            var builder = new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
                    Date.from(from), Date.from(until), subject, own.getPublic());
            boolean authority = subject.equals(ISSUER);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(Extension.extendedKeyUsage, false,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            }
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
                        names.stream().map(CertificateAuthority::generalName).toArray(GeneralName[]::new)));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
            throw new IllegalArgumentException("no certificate can be made for " + names, failed);
        }
    }

    private static GeneralName generalName(String name) {
        boolean address = name.contains(":") || name.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has P-256", missing);
        }
    }
}
