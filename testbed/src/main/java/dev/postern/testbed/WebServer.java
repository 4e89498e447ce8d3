package dev.postern.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A web server behind the [TlsEdge] that serves policies well or badly. It answers the policy's path as the [#site] of
/// the host says, as [#anyHost] says for a host without one, and 404 elsewhere.
///
/// It speaks HTTP/1.1 by hand, since no proper server sends headers without end. Every method that edits returns the
/// server, for chaining; those that name no host are [#anyHost]'s.
public final class WebServer implements AutoCloseable {

    private static final String PATH = "/.well-known/mta-sts.txt";
    private static final int MAX_HEAD = 16 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Listener listener;
    private final PolicySite anyHost = new PolicySite();
    private final PolicySite elsewhere = new PolicySite();
    private final Map<String, PolicySite> sites = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();

    /// @param host lower case, without port; empty when the client named none
    private record Request(String method, String path, String host, boolean last) {
    }

    private WebServer(InetSocketAddress at) {
        this.listener = Listener.open("testbed-web", at, this::serve);
    }

    /// Starts it on a free port.
    ///
    /// @throws java.io.UncheckedIOException when it can't listen
    public static WebServer start() {
        return new WebServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public int port() {
        return listener.address().getPort();
    }

    /// What is answered to who asks for a host without a site of its own.
    public PolicySite anyHost() {
        return anyHost;
    }

    /// What is answered to who asks for this host; from now on it has a site of its own.
    public PolicySite site(String host) {
        return sites.computeIfAbsent(CertificateBySni.lower(host), _ -> new PolicySite());
    }

    /// Serves this policy at this host as it should be.
    public WebServer policy(String host, String policy) {
        site(host).serve(policy);
        return this;
    }

    /// How many requests have arrived that named this host, for whatever path.
    public int requests(String host) {
        var count = requests.get(CertificateBySni.lower(host));
        return count == null ? 0 : count.get();
    }

    /// Is this far away from now on. Behind a [TlsEdge] it is the edge that is far away.
    public WebServer delay(Duration perRoundTrip) {
        listener.delay(perRoundTrip);
        return this;
    }

    /// See [PolicySite#serve].
    public WebServer serve(String policy) {
        anyHost.serve(policy);
        return this;
    }

    /// See [PolicySite#status].
    public WebServer status(int status) {
        anyHost.status(status);
        return this;
    }

    /// See [PolicySite#redirect].
    public WebServer redirect(String location) {
        anyHost.redirect(location);
        return this;
    }

    /// See [PolicySite#contentType].
    public WebServer contentType(String type) {
        anyHost.contentType(type);
        return this;
    }

    /// See [PolicySite#body].
    public WebServer body(byte[] body) {
        anyHost.body(body);
        return this;
    }

    /// See [PolicySite#slowBody].
    public WebServer slowBody(Duration pause) {
        anyHost.slowBody(pause);
        return this;
    }

    /// See [PolicySite#endlessBody].
    public WebServer endlessBody() {
        anyHost.endlessBody();
        return this;
    }

    /// See [PolicySite#brokenBody].
    public WebServer brokenBody() {
        anyHost.brokenBody();
        return this;
    }

    @Override
    public void close() {
        listener.close();
    }

    private void serve(Connection connection) throws IOException {
        connection.patience(PATIENCE);
        boolean another = true;
        while (another) {
            var head = head(connection.in());
            if (head.isEmpty()) {
                return;
            }
            var request = read(head);
            requests.computeIfAbsent(request.host, _ -> new AtomicInteger()).incrementAndGet();
            var site = request.path.equals(PATH) ? sites.getOrDefault(request.host, anyHost) : elsewhere;
            another = site.answer(connection, request.method.equals("HEAD")) && !request.last;
            connection.out().flush();
        }
    }

    /// Everything before the empty line; empty when the client has closed.
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            if (head.size() == MAX_HEAD) {
                throw new IOException("a request's head is too long");
            }
            head.write(next);
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /// A request without a body, which is all that asks for a policy.
    private static Request read(String head) throws IOException {
        String[] lines = head.split("\r?\n");
        String[] words = lines[0].split(" ");
        if (words.length != 3) {
            throw new IOException("no request: " + lines[0]);
        }
        String host = "";
        boolean last = words[2].equals("HTTP/1.0");
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = colon < 0 ? "" : lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "host" -> host = value.replaceFirst(":\\d+$", "");
                case "connection" -> last |= value.equals("close");
                default -> {
                    // Nothing else changes the answer.
                }
            }
        }
        return new Request(words[0], words[1].replaceFirst("\\?.*", ""), host, last);
    }
}
