package dev.postern.testbed;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// What a server proves itself with.
///
/// @param key    the private key of the first certificate
/// @param chain  the server's own certificate first, then those above it, the root left out
/// @param staple the OCSP response in DER that it staples to the handshake when a client asks for one (RFC 6066 §8)
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain, Optional<byte[]> staple) {

    private static final char[] NO_PASSWORD = {};

    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    /// One that staples nothing.
    public ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
        this(key, chain, Optional.empty());
    }

    /// The server's own certificate.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// The same, stapling these bytes, which need not be an OCSP response.
    public ServerIdentity stapling(byte[] response) {
        return new ServerIdentity(key, chain, Optional.of(response.clone()));
    }

    /// SHA-256 of the certificate's public key: the data of a `3 1 1` TLSA record (RFC 6698 §2.1).
    public byte[] publicKeySha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate().getPublicKey().getEncoded());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /// TLS for a server that shows this certificate whatever name it is asked for. It staples nothing.
    public SSLContext context() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, NO_PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException missing) {
            throw new IllegalStateException("every JDK has PKCS12 and TLS", missing);
        }
    }

    /// The key as PKCS#8 in PEM.
    public String keyPem() {
        return Pem.of("PRIVATE KEY", key.getEncoded());
    }

    /// The chain in PEM.
    public String chainPem() {
        var pem = new StringBuilder();
        chain.forEach(certificate -> pem.append(Pem.of(certificate)));
        return pem.toString();
    }
}
