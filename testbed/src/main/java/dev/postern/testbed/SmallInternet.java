package dev.postern.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The whole small internet: a certificate authority, DNS, a TLS edge with a web server behind it, and SMTP servers that
/// share a port. It is described in a few lines, every domain healthy, and broken in one place by one call:
///
/// ```java
/// try (var internet = SmallInternet.start()) {
///     var domain = internet.domain("example.test").mx("mx1.example.test", "mx2.example.test");
///     internet.mx("mx2.example.test").noStartTls();
///     domain.site().redirect("https://www.example.test/");
///     startPosternWith(internet.environment());
/// }
/// ```
///
/// MX hosts live on one SMTP server all together, so thousands of domains cost little; a host that is asked for by name
/// moves to a server and an address of its own.
///
/// A vantage point that sees another internet has another [#view] of DNS.
public final class SmallInternet implements AutoCloseable {

    private static final String SHARED_MX = "mx.provider.test";
    private static final String TOP_LEVEL_DOMAIN = "test";
    /// The port in the name of a TLSA record, wherever the servers really listen.
    private static final int SMTP = 25;

    private final CertificateAuthority authority = CertificateAuthority.create();
    private final Loopback loopback = Loopback.reserve();
    private final WebServer web = WebServer.start();
    private final TlsEdge edge = TlsEdge.start(authority, web.port());
    private final AuthoritativeDns dns = AuthoritativeDns.start();
    private final SmtpServer sharedMx = SmtpServer.start(authority, SHARED_MX, loopback.next());
    private final Path folder;
    private final boolean ownFolder;
    private final Map<String, InternetDomain> domains = new ConcurrentHashMap<>();
    private final Map<String, List<SmtpServer>> ownServers = new ConcurrentHashMap<>();
    private final List<MiddlePerson> middlePersons = new ArrayList<>();
    private final List<AuthoritativeDns> views = new ArrayList<>(List.of(dns));
    private final List<Consumer<AuthoritativeDns>> published = new ArrayList<>();

    private SmallInternet(Path folder, boolean ownFolder) throws IOException {
        this.folder = folder;
        this.ownFolder = ownFolder;
        Files.writeString(trustStore(), authority.rootPem());
        // As in the real one, the root and the top-level domain are signed; what is below is provably not, until told.
        publish(view -> view.sign(TOP_LEVEL_DOMAIN).a(SHARED_MX, sharedMx.ip()));
    }

    /// Starts it. Its root certificate lies in a folder of its own until it closes.
    ///
    /// @throws UncheckedIOException when a server can't listen
    public static SmallInternet start() {
        try {
            return new SmallInternet(Files.createTempDirectory("postern-testbed"), true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Starts it.
    ///
    /// @param folder where its root certificate is written to, and stays
    /// @throws UncheckedIOException when a server can't listen or the folder can't be written to
    public static SmallInternet start(Path folder) {
        try {
            return new SmallInternet(Files.createDirectories(folder), false);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public CertificateAuthority authority() {
        return authority;
    }

    /// DNS as everybody sees it. What is edited here directly does not reach other views.
    public AuthoritativeDns dns() {
        return dns;
    }

    /// What stands where port 443 would.
    public TlsEdge edge() {
        return edge;
    }

    /// The web server of all policy hosts that are not somebody else's.
    public WebServer web() {
        return web;
    }

    /// Addresses for further servers.
    public Loopback loopback() {
        return loopback;
    }

    /// The port that every MX listens at.
    public int mxPort() {
        return loopback.port();
    }

    /// A domain; the first time it is named it comes into being, healthy: one MX `mx.<name>`, a policy in mode enforce
    /// that covers it, a policy host, and a TLS-RPT record.
    public InternetDomain domain(String name) {
        return domains.computeIfAbsent(CertificateBySni.lower(name), lower -> new InternetDomain(this, lower));
    }

    /// The server that all MX hosts share which have none of their own.
    public SmtpServer sharedMx() {
        return sharedMx;
    }

    /// The server of one MX host; from now on its own, at its own address.
    public SmtpServer mx(String host) {
        return ownServers.computeIfAbsent(CertificateBySni.lower(host), lower -> {
            var own = SmtpServer.start(authority, lower, loopback.next());
            publish(view -> view.a(lower, own.ip()));
            return List.of(own);
        }).getFirst();
    }

    /// One more server for an MX host, at one more address: a host whose addresses don't behave the same.
    public SmtpServer anotherAddress(String host) {
        return add(host, SmtpServer.start(authority, CertificateBySni.lower(host), loopback.next()));
    }

    /// One more server for an MX host, at `::1`. There can be but one in a small internet.
    public SmtpServer ipv6Address(String host) {
        return add(host, SmtpServer.start(authority, CertificateBySni.lower(host), loopback.ipv6()));
    }

    private SmtpServer add(String host, SmtpServer another) {
        mx(host);
        ownServers.computeIfPresent(CertificateBySni.lower(host), (lower, servers) -> {
            var all = new ArrayList<>(servers);
            all.add(another);
            publish(view -> view.a(lower, all.stream().map(SmtpServer::ip).toArray(String[]::new)));
            return List.copyOf(all);
        });
        return another;
    }

    /// Publishes the key of an MX host as its TLSA record (`3 1 1`, RFC 7672 §3.1.3); it shows the same certificate from
    /// now on. It counts once the zone is signed, which is [InternetDomain#signed].
    public SmtpServer dane(String host) {
        var identity = authority.issue(host);
        String key = HexFormat.of().formatHex(identity.publicKeySha256());
        publish(view -> view.removeTlsa(host, SMTP).tlsa(host, SMTP, 3, 1, 1, key));
        return mx(host).certificate(identity);
    }

    /// Puts somebody in the middle before the server of an MX host. Nobody is led there, until a [#view] says so:
    /// `internet.view().a(host, middle.ip())`.
    public MiddlePerson middlePersonBefore(String host) {
        var middle = MiddlePerson.before(mx(host), loopback.next());
        synchronized (middlePersons) {
            middlePersons.add(middle);
        }
        return middle;
    }

    /// One more view of DNS, on a port of its own: it starts out the same and follows what is published later, and what
    /// is edited in it is seen by its vantage point only.
    public AuthoritativeDns view() {
        var view = AuthoritativeDns.start();
        synchronized (published) {
            published.forEach(record -> record.accept(view));
            views.add(view);
        }
        return view;
    }

    /// Edits every view of DNS, also those to come.
    ///
    /// @param record the same records again must do no harm
    public SmallInternet publish(Consumer<AuthoritativeDns> record) {
        synchronized (published) {
            published.add(record);
            views.forEach(record);
        }
        return this;
    }

    /// The settings that make Postern live here.
    public Map<String, String> environment() {
        return environment(dns);
    }

    /// The settings of a vantage point with this view of DNS.
    public Map<String, String> environment(AuthoritativeDns view) {
        return Map.of(
                "POSTERN_DNSSEC_ANCHORS", anchors(view).toString(),
                "POSTERN_PORT25_LANDMARKS", SHARED_MX,
                "POSTERN_DNS_SERVERS", view.hostAndPort(),
                "POSTERN_TRUST_STORE", trustStore().toString(),
                "POSTERN_POLICY_FETCH_PORT", Integer.toString(edge.port()),
                "POSTERN_MX_PORT", Integer.toString(mxPort()),
                "POSTERN_ALLOW_PRIVATE_ADDRESSES", "true");
    }

    @Override
    public void close() {
        synchronized (middlePersons) {
            middlePersons.forEach(MiddlePerson::close);
        }
        ownServers.values().forEach(servers -> servers.forEach(SmtpServer::close));
        sharedMx.close();
        synchronized (published) {
            views.forEach(AuthoritativeDns::close);
        }
        edge.close();
        web.close();
        loopback.close();
        if (ownFolder) {
            deleteFolder();
        }
    }

    /// Where the MX host's name leads to, if it has no server of its own.
    void onSharedServer(String mx) {
        if (!ownServers.containsKey(mx)) {
            publish(view -> view.a(mx, sharedMx.ip()));
        }
    }

    private Path anchors(AuthoritativeDns view) {
        try {
            return Files.writeString(folder.resolve("anchors-" + view.port() + ".zone"), view.trustAnchor());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path trustStore() {
        return folder.resolve("testbed-root.pem");
    }

    private void deleteFolder() {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
