package dev.postern.testbed;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/// A client that speaks one version of TLS, also those that the JDK has given up, and trusts everybody.
final class OldTlsClient extends DefaultTlsClient {

    private final ProtocolVersion only;
    private String agreed = "";

    private OldTlsClient(ProtocolVersion only) {
        super(new BcTlsCrypto(new SecureRandom()));
        this.only = only;
    }

    /// Shakes hands after STARTTLS.
    ///
    /// @return the version agreed on, as `TLS 1.0`
    static String version(SmtpClient client, ProtocolVersion only) throws IOException {
        try (client) {
            var peer = new OldTlsClient(only);
            var protocol = new TlsClientProtocol(client.in(), client.out());
            protocol.connect(peer);
            return peer.agreed;
        }
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return only.only();
    }

    @Override
    public void notifyHandshakeComplete() {
        agreed = context.getServerVersion().getName();
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) {
                // Whoever it is.
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return null;
            }
        };
    }
}
