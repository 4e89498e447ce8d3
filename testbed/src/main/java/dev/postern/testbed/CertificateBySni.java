package dev.postern.testbed;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/// Chooses the certificate by the name that the client asks for. The alias of a key is the host's name.
final class CertificateBySni extends X509ExtendedKeyManager {

    /// Shown to a client that names no host.
    private static final String UNNAMED = "unnamed.invalid";

    private final CertificateAuthority authority;
    private final Map<String, ServerIdentity> issued = new ConcurrentHashMap<>();
    private final Map<String, ServerIdentity> presented = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    CertificateBySni(CertificateAuthority authority) {
        this.authority = authority;
    }

    void present(String host, ServerIdentity identity) {
        refused.remove(host);
        presented.put(host, identity);
    }

    void refuse(String host) {
        refused.add(host);
    }

    void forget(String host) {
        refused.remove(host);
        presented.remove(host);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return socket instanceof SSLSocket tls ? alias(keyType, tls.getHandshakeSession()) : null;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return alias(keyType, engine.getHandshakeSession());
    }

    private String alias(String keyType, SSLSession session) {
        String host = TlsEdge.serverName(session).orElse(UNNAMED);
        return !keyType.startsWith("EC") || refused.contains(host) ? null : host;
    }

    @Override
    public X509Certificate[] getCertificateChain(String host) {
        return identity(host).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String host) {
        return identity(host).key();
    }

    private ServerIdentity identity(String host) {
        var given = presented.get(host);
        return given != null ? given : issued.computeIfAbsent(host, authority::issue);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
