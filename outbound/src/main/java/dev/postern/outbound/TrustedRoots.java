package dev.postern.outbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// The certificate authorities that certificates of policy hosts and MXs may lead to.
public final class TrustedRoots {

    private TrustedRoots() {
    }

    /// Those of the Java runtime and those of a file.
    ///
    /// @param furtherRoots certificates in PEM, one or several; empty: only the runtime's
    /// @throws IOException when the file can't be read or holds something else
    public static X509ExtendedTrustManager withFurther(Optional<Path> furtherRoots) throws IOException {
        try {
            X509ExtendedTrustManager runtime = manager(null);
            if (furtherRoots.isEmpty()) {
                return runtime;
            }
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (var root : runtime.getAcceptedIssuers()) {
                store.setCertificateEntry("runtime-" + number++, root);
            }
            try (var file = Files.newInputStream(furtherRoots.get())) {
                for (var root : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                    store.setCertificateEntry("further-" + number++, root);
                }
            } catch (CertificateException notCertificates) {
                throw new IOException(furtherRoots.get() + " does not hold certificates in PEM", notCertificates);
            }
            return manager(store);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has PKCS12 and PKIX", missing);
        }
    }

    /// @param store null: the runtime's own
    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers()).filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast).findFirst()
                .orElseThrow(() -> new IllegalStateException("PKIX has no trust manager for X.509"));
    }
}
