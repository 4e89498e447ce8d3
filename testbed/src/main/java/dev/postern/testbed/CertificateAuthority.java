package dev.postern.testbed;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority that exists for one run: its root is trusted by whoever is given it, and it issues good and
/// bad server certificates, one call for each fault. Keys are elliptic-curve ones, made in a millisecond, unless a
/// method says otherwise. A name that is an IP literal becomes an address name.
public final class CertificateAuthority {

    private static final Duration LIFE = Duration.ofDays(90);
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int SHORT_RSA_BITS = 1024;
    private static final int RSA_BITS = 2048;

    private final Issuer root;
    private final Issuer intermediate;

    private CertificateAuthority(Issuer root, Issuer intermediate) {
        this.root = root;
        this.intermediate = intermediate;
    }

    /// A new authority with a key of its own, valid from yesterday for ten years.
    public static CertificateAuthority create() {
        return create("Testbed");
    }

    /// The same under another name.
    ///
    /// @param name common name of its root is `name Root`
    public static CertificateAuthority create(String name) {
        var request = authority(name + " Root");
        var root = new Issuer(request.keys(), request.selfSigned());
        var below = authority(name + " Intermediate");
        return new CertificateAuthority(root, new Issuer(below.keys(), root.sign(below)));
    }

    public X509Certificate root() {
        return root.certificate();
    }

    /// The root in PEM, as a `POSTERN_TRUST_STORE` file holds it.
    public String rootPem() {
        return Pem.of(root());
    }

    /// TLS for a client that trusts this root and no other.
    public SSLContext trusting() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException missing) {
            throw new IllegalStateException("every JDK has PKCS12 and TLS", missing);
        }
    }

    /// A good certificate for these names, straight from the root. For others' names it is a certificate with the
    /// wrong name.
    public ServerIdentity issue(String... names) {
        return validFor(LIFE, names);
    }

    /// A good certificate that is valid from an hour ago and from now on for this long.
    public ServerIdentity validFor(Duration life, String... names) {
        var now = Instant.now();
        return issue(now.minus(HOUR), now.plus(life), names);
    }

    /// A good certificate that has this many days left, and an hour.
    public ServerIdentity expiring(int days, String... names) {
        return validFor(Duration.ofDays(days).plus(HOUR), names);
    }

    /// A certificate that expired yesterday.
    public ServerIdentity expired(String... names) {
        var now = Instant.now();
        return issue(now.minus(LIFE), now.minus(DAY), names);
    }

    /// A certificate that will be valid from tomorrow.
    public ServerIdentity notYetValid(String... names) {
        var now = Instant.now();
        return issue(now.plus(DAY), now.plus(LIFE), names);
    }

    /// A good certificate from the intermediate, which is sent along.
    public ServerIdentity issueThroughIntermediate(String... names) {
        var below = withoutIntermediate(names);
        return new ServerIdentity(below.key(), List.of(below.certificate(), intermediate.certificate()));
    }

    /// A certificate from the intermediate, which the server forgets to send: the commonest misconfiguration.
    public ServerIdentity withoutIntermediate(String... names) {
        return signed(intermediate, server(NewCertificate.ellipticKeys(), NewCertificate.SHA256, names));
    }

    /// A good certificate with the whole chain up to the root, which a DANE-TA record for the root needs
    /// (RFC 7671 §5.2).
    public ServerIdentity withRoot(String... names) {
        var below = issueThroughIntermediate(names);
        return new ServerIdentity(below.key(), Stream.concat(below.chain().stream(), Stream.of(root())).toList());
    }

    /// A certificate that is signed by its own key and leads to no root.
    public ServerIdentity selfSigned(String... names) {
        var request = server(NewCertificate.ellipticKeys(), NewCertificate.SHA256, names);
        return new ServerIdentity(request.keys().getPrivate(), List.of(request.selfSigned()));
    }

    /// A whole chain that leads to another authority's root.
    public ServerIdentity fromUnknownRoot(String... names) {
        return create("Elsewhere").issueThroughIntermediate(names);
    }

    /// A certificate whose signature rests on SHA-1.
    public ServerIdentity sha1(String... names) {
        return signed(root, server(NewCertificate.ellipticKeys(), NewCertificate.SHA1, names));
    }

    /// A good certificate with a 2048-bit RSA key.
    public ServerIdentity rsa(String... names) {
        return signed(root, server(NewCertificate.rsaKeys(RSA_BITS), NewCertificate.SHA256, names));
    }

    /// A certificate with a 1024-bit RSA key.
    public ServerIdentity shortRsa(String... names) {
        return signed(root, server(NewCertificate.rsaKeys(SHORT_RSA_BITS), NewCertificate.SHA256, names));
    }

    /// A certificate that was revoked an hour ago, as the OCSP response stapled to it says.
    public ServerIdentity revoked(String... names) {
        return stapleRevoked(issue(names));
    }

    /// Staples a fresh OCSP response that calls the certificate good.
    public ServerIdentity stapleGood(ServerIdentity identity) {
        return staple(identity, Optional.empty(), Instant.now().minus(HOUR));
    }

    /// Staples a fresh OCSP response that calls the certificate revoked.
    public ServerIdentity stapleRevoked(ServerIdentity identity) {
        var since = Instant.now().minus(HOUR);
        return staple(identity, Optional.of(since), since);
    }

    /// Staples an OCSP response that called the certificate good and ran out yesterday.
    public ServerIdentity stapleStale(ServerIdentity identity) {
        return staple(identity, Optional.empty(), Instant.now().minus(Issuer.STAPLE_LIFE).minus(DAY));
    }

    /// Staples a fresh OCSP response that calls another certificate of the same issuer good.
    public ServerIdentity stapleForAnother(ServerIdentity identity) {
        var issuer = issuerOf(identity);
        var another = signed(issuer, server(NewCertificate.ellipticKeys(), NewCertificate.SHA256, "another.invalid"));
        return identity.stapling(issuer.ocspResponse(another.certificate(), Optional.empty(),
                Instant.now().minus(HOUR), issuer.keys()));
    }

    /// Staples an OCSP response that calls the certificate good, signed by a key that is not the issuer's.
    public ServerIdentity stapleForged(ServerIdentity identity) {
        return identity.stapling(issuerOf(identity).ocspResponse(identity.certificate(), Optional.empty(),
                Instant.now().minus(HOUR), NewCertificate.ellipticKeys()));
    }

    private ServerIdentity staple(ServerIdentity identity, Optional<Instant> revoked, Instant from) {
        var issuer = issuerOf(identity);
        return identity.stapling(issuer.ocspResponse(identity.certificate(), revoked, from, issuer.keys()));
    }

    private Issuer issuerOf(ServerIdentity identity) {
        return Stream.of(root, intermediate).filter(one -> one.issued(identity.certificate())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        identity.certificate().getSubjectX500Principal() + " is not of this authority"));
    }

    private ServerIdentity issue(Instant from, Instant until, String... names) {
        var keys = NewCertificate.ellipticKeys();
        return signed(root, new NewCertificate(NewCertificate.serverName(List.of(names)), keys, from, until,
                List.of(names), false, NewCertificate.SHA256));
    }

    private static ServerIdentity signed(Issuer by, NewCertificate request) {
        return new ServerIdentity(request.keys().getPrivate(), List.of(by.sign(request)));
    }

    private static NewCertificate server(KeyPair keys, String algorithm, String... names) {
        var now = Instant.now();
        return new NewCertificate(NewCertificate.serverName(List.of(names)), keys, now.minus(HOUR), now.plus(LIFE),
                List.of(names), false, algorithm);
    }

    private static NewCertificate authority(String commonName) {
        var now = Instant.now();
        return new NewCertificate(NewCertificate.authorityName(commonName), NewCertificate.ellipticKeys(),
                now.minus(DAY), now.plus(AUTHORITY_LIFE), List.of(), true, NewCertificate.SHA256);
    }
}
