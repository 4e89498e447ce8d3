package dev.postern.probe.policy;

import dev.postern.observation.PolicyFetch;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import dev.postern.probe.dns.Addresses;
import dev.postern.pki.Chain;
import dev.postern.pki.ChainValidation;
import dev.postern.probe.dns.Dns;
import dev.postern.outbound.OpenSockets;
import dev.postern.outbound.ShownChain;
import dev.postern.outbound.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpHead;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.Timeout;

/// Fetches the policy of one policy host at a time, each over a connection of its own.
///
/// The addresses are looked up and vetted first, and the connection is made to exactly those: a second look-up could
/// be answered with another address (DNS rebinding).
public final class PolicyFetcher {

    private static final String PATH = "/.well-known/mta-sts.txt";
    private static final int HTTPS_PORT = 443;
    /// RFC 8461 §3.3 suggests 64 KiB; one byte more tells that there was more.
    private static final int MAX_BODY = 64 * 1024 + 1;
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_ADDRESSES = 4;
    private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final Dns dns;
    private final X509ExtendedTrustManager trust;
    private final ChainValidation chains;
    private final int port;
    private final Duration limit;
    private final boolean privateAddressesToo;

    /// @param trust               the roots that certificates may lead to
    /// @param port                where policy hosts listen: 443, except in a test
    /// @param limit               for the whole fetch once the address is known; at most a minute (RFC 8461 §3.3)
    /// @param privateAddressesToo whether addresses that are not public are asked too, as in a test
    public PolicyFetcher(Dns dns, X509ExtendedTrustManager trust, int port, Duration limit, boolean privateAddressesToo) {
        this.dns = dns;
        this.trust = trust;
        this.chains = new ChainValidation(List.of(trust.getAcceptedIssuers()));
        this.port = port;
        this.limit = limit;
        this.privateAddressesToo = privateAddressesToo;
    }

    /// Asks a policy host for its policy. It does not throw: what went wrong is in the result.
    ///
    /// @param host the policy host in A-labels, `mta-sts.example.com`
    public PolicyFetch fetch(String host) {
        return ask(host, host, new HttpGet(PATH));
    }

    /// Asks at another place, under the policy host's own name: what a sender will meet once DNS leads there.
    ///
    /// @param place a host in A-labels
    public PolicyFetch fetchAt(String host, String place) {
        return ask(host, place, new HttpGet(PATH));
    }

    /// Asks whether a web server answers at a path, without sending or fetching anything.
    ///
    /// @param path with query, if there is one
    /// @return the answer without a body, or why there is none
    public PolicyFetch head(String host, String path) {
        return ask(host, host, new HttpHead(path));
    }

    private PolicyFetch ask(String host, String place, HttpUriRequestBase request) {
        return switch (dns.addresses(place)) {
            case Addresses.None(var code) -> new Failed(Fault.NO_ADDRESS, code);
            case Addresses.Unknown(var why) -> new Failed(Fault.DNS_UNKNOWN, why);
            case Addresses.Found(var all) -> {
                var allowed = all.stream().filter(address -> privateAddressesToo || PublicAddresses.isPublic(address))
                        .limit(MAX_ADDRESSES).toList();
                yield allowed.isEmpty() ? new Failed(Fault.ADDRESS_NOT_PUBLIC, all.stream()
                        .map(InetAddress::getHostAddress).collect(Collectors.joining(", "))) : ask(host, allowed, request);
            }
        };
    }

    private PolicyFetch ask(String host, List<InetAddress> addresses, HttpUriRequestBase request) {
        var sockets = new OpenSockets(limit);
        var shown = new ShownChain(trust, ShownChain.Then.INSIST);
        var client = client(host, addresses, sockets, shown);
        try {
            return exchange(client, host, request, shown);
        } catch (IOException failed) {
            Failed why = sockets.expired() ? new Failed(Fault.TIMEOUT, "not complete after " + limit.toSeconds() + " s")
                    : FetchFailure.of(failed);
            return new Failed(why.fault(), why.detail(), shown.certificates().isEmpty() ? Optional.empty()
                    : Optional.of(chain(shown)));
        } finally {
            // The sockets first: closing the client gracefully would read an endless body to its end.
            sockets.close();
            client.close(CloseMode.IMMEDIATE);
        }
    }

    /// Stapled answers are not looked at: the runtime's validation has the last word here.
    private Chain chain(ShownChain shown) {
        return chains.validate(shown.certificates(), Optional.empty(), Instant.now());
    }

    private Answered exchange(CloseableHttpClient client, String host, HttpUriRequestBase request, ShownChain shown)
            throws IOException {
        request.setHeader(HttpHeaders.ACCEPT, "text/plain, */*");
        request.setHeader(HttpHeaders.CONNECTION, "close");
        // -1 leaves the port out of the Host header, as for every https address without one.
        var target = new HttpHost(URIScheme.HTTPS.id, host, port == HTTPS_PORT ? -1 : port);
        ClassicHttpResponse response = client.executeOpen(target, request, null);
        var contentType = Optional.ofNullable(response.getFirstHeader(HttpHeaders.CONTENT_TYPE))
                .map(header -> String.valueOf(header.getValue()).replaceAll("\\p{Cntrl}", "\uFFFD"));
        byte[] body = response.getEntity() == null ? new byte[0]
                : response.getEntity().getContent().readNBytes(MAX_BODY);
        return new Answered(response.getCode(), contentType, body, chain(shown));
    }

    private CloseableHttpClient client(String host, List<InetAddress> addresses, OpenSockets sockets,
                                       ShownChain shown) {
        var limits = RequestConfig.custom()
                .setResponseTimeout(Timeout.of(limit))
                .setProtocolUpgradeEnabled(false)
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections(host, addresses, sockets, shown))
                .setDefaultRequestConfig(limits)
                .setUserAgent(PolicyFetch.USER_AGENT)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    private HttpClientConnectionManager connections(String host, List<InetAddress> addresses, OpenSockets sockets,
                                                    ShownChain shown) {
        var tls = RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls(shown)).build();
        var operator = new DefaultHttpClientConnectionOperator(_ -> sockets.open(), null,
                new Vetted(host, addresses), tls);
        var wire = ManagedHttpClientConnectionFactory.builder().http1Config(Http1Config.custom()
                .setMaxLineLength(MAX_LINE).setMaxHeaderCount(MAX_HEADERS).build()).build();
        var connections = new BasicHttpClientConnectionManager(operator, wire);
        connections.setConnectionConfig(ConnectionConfig.custom()
                // Addresses are tried one after another: the first that is silent must leave time for the next.
                .setConnectTimeout(Timeout.of(limit.dividedBy(Math.min(addresses.size() + 1, 3))))
                .setSocketTimeout(Timeout.of(limit)).build());
        connections.setTlsConfig(TlsConfig.custom().setHandshakeTimeout(Timeout.of(limit)).build());
        return connections;
    }

    /// A context for one fetch: with a shared one, a resumed session would not show the certificate again.
    private static TlsSocketStrategy tls(ShownChain shown) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{shown}, null);
            // The name is compared here alone, so that a wrong name is told from a wrong certificate.
            return new DefaultClientTlsStrategy(context, TLS_VERSIONS, null, SSLBufferMode.STATIC,
                    HostnameVerificationPolicy.CLIENT, new PolicyHostName());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has TLS", missing);
        }
    }

    /// Knows one host, by the addresses found and vetted before.
    private record Vetted(String host, List<InetAddress> addresses) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String asked) throws UnknownHostException {
            if (!asked.equals(host)) {
                throw new UnknownHostException(asked);
            }
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String asked) {
            return asked;
        }
    }
}
