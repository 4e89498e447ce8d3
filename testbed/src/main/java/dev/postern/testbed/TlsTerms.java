package dev.postern.testbed;

import java.util.List;
import org.bouncycastle.tls.ProtocolVersion;

/// What a server agrees to in a TLS handshake.
///
/// @param versions newest first
/// @param refuses  whether it ends every handshake with an alert, before it shows a certificate
record TlsTerms(ServerIdentity identity, List<ProtocolVersion> versions, boolean refuses) {

    static final List<ProtocolVersion> MODERN = List.of(ProtocolVersion.TLSv13, ProtocolVersion.TLSv12);

    TlsTerms(ServerIdentity identity, List<ProtocolVersion> versions) {
        this(identity, versions, false);
    }
}
