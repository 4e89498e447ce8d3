package dev.postern.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.tls.ProtocolVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The TLS edge of the small internet: it stands where port 443 would, chooses a certificate by the name the client
/// asks for (SNI), and passes what was encrypted on to a plain HTTP server on loopback, the Host header and all else
/// untouched. Like a real edge it gets a certificate for each new name at the first connection.
///
/// Each host can fail in its own way. Names are compared in lower case. Every method that edits returns the edge, for
/// chaining.
public final class TlsEdge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TlsEdge.class);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    /// Shown to a client that names no host.
    private static final String UNNAMED = "unnamed.invalid";

    /// What goes wrong in a host's handshakes.
    private enum Fault { REFUSES, RESETS, SILENT }

    private final CertificateBySni certificates;
    private final int upstream;
    private final Listener listener;
    private final Map<String, Integer> routes = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final Map<String, List<ProtocolVersion>> versions = new ConcurrentHashMap<>();
    private volatile boolean knowsNames = true;

    private TlsEdge(CertificateAuthority authority, int upstream, InetSocketAddress at) {
        this.certificates = new CertificateBySni(authority, UNNAMED);
        this.upstream = upstream;
        this.listener = Listener.open("testbed-edge", at, this::pass);
    }

    /// Starts it on a free port.
    ///
    /// @param upstream loopback port of the HTTP server for every host without a [#route]
    /// @throws java.io.UncheckedIOException when it can't listen
    public static TlsEdge start(CertificateAuthority authority, int upstream) {
        return start(authority, upstream, 0);
    }

    /// Starts it on a given port.
    ///
    /// @param upstream loopback port of the HTTP server for every host without a [#route]
    /// @param port     where to listen on loopback; 0 for a free port
    /// @throws java.io.UncheckedIOException when it can't listen
    public static TlsEdge start(CertificateAuthority authority, int upstream, int port) {
        return new TlsEdge(authority, upstream, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public int port() {
        return listener.address().getPort();
    }

    /// How many connections have arrived.
    public int connections() {
        return listener.accepted();
    }

    /// How many there were at once at the most.
    public int mostAtOnce() {
        return listener.mostAtOnce();
    }

    /// Is this far away from now on: the handshake takes it as many times as its version does, and each answer once.
    public TlsEdge delay(Duration perRoundTrip) {
        listener.delay(perRoundTrip);
        return this;
    }

    /// Leads one host to another HTTP server than the rest.
    public TlsEdge route(String host, int upstreamPort) {
        routes.put(CertificateBySni.lower(host), upstreamPort);
        return this;
    }

    /// Shows this certificate to who asks for the host, good or bad, instead of one issued for it, and staples what
    /// comes with it.
    public TlsEdge present(String host, ServerIdentity identity) {
        faults.remove(CertificateBySni.lower(host));
        certificates.present(host, identity);
        return this;
    }

    /// Breaks the handshake with who asks for the host: an alert, and no certificate at all.
    public TlsEdge refuse(String host) {
        return fault(host, Fault.REFUSES);
    }

    /// Resets the connection of who asks for the host, once it has asked.
    public TlsEdge resetInHandshake(String host) {
        return fault(host, Fault.RESETS);
    }

    /// Never answers the ClientHello of who asks for the host.
    public TlsEdge silentInHandshake(String host) {
        return fault(host, Fault.SILENT);
    }

    /// Speaks TLS 1.0 and nothing newer with who asks for the host.
    public TlsEdge onlyTls10(String host) {
        return versions(host, ProtocolVersion.TLSv10);
    }

    /// Speaks TLS 1.1 only.
    public TlsEdge onlyTls11(String host) {
        return versions(host, ProtocolVersion.TLSv11);
    }

    /// Speaks TLS 1.2 only.
    public TlsEdge onlyTls12(String host) {
        return versions(host, ProtocolVersion.TLSv12);
    }

    /// Pays no heed to the names that clients ask for, and shows this certificate to all of them: an edge from before
    /// SNI. RFC 8461 §3.3 demands the name of the policy host in it.
    public TlsEdge withoutServerNames(ServerIdentity forAll) {
        certificates.presentToAll(forAll);
        knowsNames = false;
        return this;
    }

    /// Gives the host a good certificate again, and ends its other faults.
    public TlsEdge healthy(String host) {
        String key = CertificateBySni.lower(host);
        certificates.forget(key);
        faults.remove(key);
        versions.remove(key);
        return this;
    }

    /// Ends every fault of every host, and the delay.
    public TlsEdge healthy() {
        certificates.forgetAll();
        faults.clear();
        versions.clear();
        knowsNames = true;
        listener.delay(Duration.ZERO);
        return this;
    }

    @Override
    public void close() {
        listener.close();
    }

    private TlsEdge fault(String host, Fault fault) {
        faults.put(CertificateBySni.lower(host), fault);
        return this;
    }

    private TlsEdge versions(String host, ProtocolVersion only) {
        versions.put(CertificateBySni.lower(host), List.of(only));
        return this;
    }

    private void pass(Connection connection) throws IOException {
        connection.patience(HANDSHAKE);
        var hello = ClientHelloRecord.read(connection.in());
        var host = knowsNames ? hello.serverName() : Optional.<String>empty();
        switch (host.map(faults::get).orElse(null)) {
            case RESETS -> connection.reset();
            case SILENT -> connection.waitForTheEnd();
            case REFUSES -> converse(connection, hello, host, true);
            case null -> converse(connection, hello, host, false);
        }
    }

    private void converse(Connection connection, ClientHelloRecord hello, Optional<String> host, boolean refuses)
            throws IOException {
        var terms = new TlsTerms(certificates.choose(host),
                host.map(versions::get).orElse(TlsTerms.MODERN), refuses);
        int port = host.map(routes::get).orElse(upstream);
        try (var client = TlsConversation.accept(hello.followedBy(connection.in()), connection.out(), terms)) {
            connection.patience(Duration.ZERO);
            try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                server.setTcpNoDelay(true);
                var forth = Thread.ofVirtual().name("testbed-edge-forth").start(() -> {
                    copy(client.in(), server);
                    // The client has gone: what the server still says goes nowhere.
                    Listener.closeQuietly(server);
                });
                copy(server, client.out());
                client.close();
                connection.close();
                forth.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(InputStream from, Socket to) {
        try {
            from.transferTo(to.getOutputStream());
        } catch (IOException over) {
            LOG.trace("One side has closed", over);
        }
    }

    private static void copy(Socket from, OutputStream to) {
        try {
            InputStream in = from.getInputStream();
            var buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        } catch (IOException over) {
            LOG.trace("One side has closed", over);
        }
    }
}
