package dev.postern.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The TLS edge of the small internet: it stands where port 443 would, chooses a certificate by the name the client
/// asks for (SNI), and passes what was encrypted on to a plain HTTP server on loopback, the Host header and all else
/// untouched. Like a real edge it gets a certificate for each new name at the first connection.
///
/// Names are compared in lower case. Every method that edits returns the edge, for chaining.
public final class TlsEdge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TlsEdge.class);
    private static final int HANDSHAKE_MILLIS = 10_000;

    private final ServerSocket listener;
    private final CertificateBySni certificates;
    private final int upstream;
    private final Map<String, Integer> routes = new ConcurrentHashMap<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private TlsEdge(ServerSocket listener, CertificateBySni certificates, int upstream) {
        this.listener = listener;
        this.certificates = certificates;
        this.upstream = upstream;
    }

    /// Starts it on a free port.
    ///
    /// @param upstream loopback port of the HTTP server for every host without a [#route]
    /// @throws UncheckedIOException when it can't listen
    public static TlsEdge start(CertificateAuthority authority, int upstream) {
        return start(authority, upstream, 0);
    }

    /// Starts it on a given port.
    ///
    /// @param upstream loopback port of the HTTP server for every host without a [#route]
    /// @param port     where to listen on loopback; 0 for a free port
    /// @throws UncheckedIOException when it can't listen
    public static TlsEdge start(CertificateAuthority authority, int upstream, int port) {
        try {
            var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            var edge = new TlsEdge(listener, new CertificateBySni(authority), upstream);
            Thread.ofVirtual().name("testbed-edge").start(edge::accept);
            return edge;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Leads one host to another HTTP server than the rest.
    public TlsEdge route(String host, int upstreamPort) {
        routes.put(lower(host), upstreamPort);
        return this;
    }

    /// Shows this certificate to who asks for the host, good or bad, instead of one issued for it.
    public TlsEdge present(String host, ServerIdentity identity) {
        certificates.present(lower(host), identity);
        return this;
    }

    /// Breaks the handshake with who asks for the host: it shows no certificate at all.
    public TlsEdge refuse(String host) {
        certificates.refuse(lower(host));
        return this;
    }

    /// Gives the host a good certificate again.
    public TlsEdge healthy(String host) {
        certificates.forget(lower(host));
        return this;
    }

    @Override
    public void close() {
        closeQuietly(listener);
        connections.forEach(TlsEdge::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket raw = listener.accept();
                connections.add(raw);
                Thread.ofVirtual().name("testbed-edge-connection").start(() -> pass(raw));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket raw) {
        try (var client = (SSLSocket) newContext().getSocketFactory().createSocket(raw, null, true)) {
            client.setSoTimeout(HANDSHAKE_MILLIS);
            client.startHandshake();
            client.setSoTimeout(0);
            int port = serverName(client.getSession()).map(routes::get).orElse(upstream);
            try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connections.add(server);
                var forth = Thread.ofVirtual().name("testbed-edge-forth").start(() -> {
                    copy(client, server);
                    closeQuietly(server);
                });
                copy(server, client);
                closeQuietly(client);
                closeQuietly(server);
                forth.join();
                connections.remove(server);
            }
        } catch (IOException broken) {
            LOG.debug("A connection broke", broken);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(raw);
            connections.remove(raw);
        }
    }

    /// A context for one connection: with a shared one, a resumed session would go on with a replaced certificate.
    private SSLContext newContext() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{certificates}, null, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has TLS", missing);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException over) {
            LOG.trace("One side has closed", over);
        }
    }

    static Optional<String> serverName(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return Optional.empty();
        }
        return extended.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> lower(((SNIHostName) name).getAsciiName())).findFirst();
    }

    private static String lower(String host) {
        return host.toLowerCase(Locale.ROOT);
    }

    private static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception alreadyGone) {
            LOG.trace("Closing failed", alreadyGone);
        }
    }
}
