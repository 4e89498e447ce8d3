package dev.postern.testbed;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server's private key and its certificate with those above it, the server's own first, the root left out.
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {

    private static final char[] NO_PASSWORD = {};

    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    /// TLS for a server that shows this certificate whatever name it is asked for.
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
