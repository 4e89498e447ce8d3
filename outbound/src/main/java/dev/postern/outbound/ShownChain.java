package dev.postern.outbound;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Remembers the chain that a server shows, whether it is trusted or not: the evidence matters most where it is not.
///
/// One for each connection.
public final class ShownChain extends X509ExtendedTrustManager {

    /// Whether to refuse a chain that is not trusted.
    public enum Then {
        /// As a sender that fetches a policy does.
        INSIST,
        /// To see the rest of the dialogue; the chain is judged afterwards.
        GO_ON
    }

    private final X509ExtendedTrustManager trust;
    private final Then then;
    private volatile List<X509Certificate> shown = List.of();

    public ShownChain(X509ExtendedTrustManager trust, Then then) {
        this.trust = trust;
        this.then = then;
    }

    /// What was shown, the server's own certificate first; empty when the handshake did not get that far.
    public List<X509Certificate> certificates() {
        return shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        shown = List.of(chain);
        if (then == Then.INSIST) {
            trust.checkServerTrusted(chain, type, socket);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        shown = List.of(chain);
        if (then == Then.INSIST) {
            trust.checkServerTrusted(chain, type, engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        shown = List.of(chain);
        if (then == Then.INSIST) {
            trust.checkServerTrusted(chain, type);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("a client is never a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("a client is never a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("a client is never a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
