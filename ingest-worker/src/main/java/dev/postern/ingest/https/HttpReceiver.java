package dev.postern.ingest.https;

import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The HTTP server of report addresses.
public final class HttpReceiver implements AutoCloseable {

    private static final int MAX_THREADS = 32;

    /// What it needs to be told.
    ///
    /// @param bind  address to listen on
    /// @param port  0 for a free one
    /// @param edges addresses of TLS edges in front, whose X-Forwarded-For is believed
    public record Options(String bind, int port, Set<InetAddress> edges, HttpLimits limits) {
    }

    private final Server server;
    private final ServerConnector connector;

    private HttpReceiver(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Starts listening.
    ///
    /// @throws UncheckedIOException when it can't listen
    public static HttpReceiver start(Options options, ReportTokens tokens, ReportLog log, BodyReader bodies,
                                     Clock clock) {
        var threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("report-http");
        threads.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("report-http-", 0).factory()));
        var server = new Server(threads);
        HttpLimits limits = options.limits();
        var connector = new ServerConnector(server, new HttpConnectionFactory(http(limits)));
        connector.setHost(options.bind());
        connector.setPort(options.port());
        connector.setIdleTimeout(limits.idle().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        var peer = new Peer(options.edges());
        var deadline = new HeaderDeadline(new SourceLimit(new ReportHandler(tokens, log, bodies, peer,
                limits.idle(), clock), peer, limits.requestsOfOne()), connector.getScheduler(), limits.headerTime());
        connector.addBean(deadline, false);
        server.setHandler(deadline);
        server.setErrorHandler((_, response, callback) -> {
            Answer.send(response, callback, response.getStatus(), sentence(response.getStatus(), limits));
            return true;
        });
        try {
            server.start();
        } catch (IOException failed) {
            throw new UncheckedIOException("the report receiver can't listen on " + options.bind() + ":"
                    + options.port(), failed);
        } catch (Exception failed) {
            throw new IllegalStateException("the report receiver does not start", failed);
        }
        return new HttpReceiver(server, connector);
    }

    private static String sentence(int status, HttpLimits limits) {
        return switch (status) {
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431, HttpStatus.URI_TOO_LONG_414 -> "The header of the "
                    + "request is longer than the limit of " + limits.headerBytes() + " bytes.";
            default -> HttpStatus.getMessage(status) + ".";
        };
    }

    private static HttpConfiguration http(HttpLimits limits) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(limits.headerBytes());
        return http;
    }

    /// The port it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the report receiver does not stop", failed);
        }
    }
}
