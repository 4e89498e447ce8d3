package dev.postern.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.bouncycastle.tls.TlsServerProtocol;

/// An established TLS connection, the server's end.
final class TlsConversation implements AutoCloseable {

    private final TlsServerProtocol protocol;
    private final FaultyTlsServer server;

    private TlsConversation(TlsServerProtocol protocol, FaultyTlsServer server) {
        this.protocol = protocol;
        this.server = server;
    }

    /// Shakes hands.
    ///
    /// @throws IOException when the handshake fails; the alert that says so has been sent
    static TlsConversation accept(InputStream in, OutputStream out, TlsTerms terms) throws IOException {
        var protocol = new TlsServerProtocol(in, out);
        var server = new FaultyTlsServer(terms);
        protocol.accept(server);
        return new TlsConversation(protocol, server);
    }

    InputStream in() {
        return protocol.getInputStream();
    }

    OutputStream out() {
        return protocol.getOutputStream();
    }

    /// The version agreed on, as `TLSv1.3`.
    String version() {
        return server.agreedVersion();
    }

    /// Says goodbye (close_notify) and closes the streams under it.
    @Override
    public void close() throws IOException {
        protocol.close();
    }
}
