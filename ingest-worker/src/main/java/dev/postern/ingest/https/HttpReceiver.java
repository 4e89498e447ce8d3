package dev.postern.ingest.https;

import dev.postern.ingest.IngestSettings;
import dev.postern.ingest.log.ReportLog;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The HTTP server of the report addresses.
public final class HttpReceiver implements AutoCloseable {

    private static final int MAX_HEADER_BYTES = 8_192;
    private static final Duration IDLE = Duration.ofSeconds(30);
    /// Slower than this is no report but somebody holding connections: bytes a second.
    private static final long SLOWEST = 200;

    private final Server server;
    private final ServerConnector connector;

    private HttpReceiver(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Starts listening.
    ///
    /// @throws UncheckedIOException when it can't listen
    public static HttpReceiver start(IngestSettings settings, ReportTokens tokens, ReportLog log, Clock clock) {
        var threads = new QueuedThreadPool();
        threads.setName("report-receiver");
        // A request waits for Kafka: that must not hold one of a few threads.
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setMinRequestDataRate(SLOWEST);
        var connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.bind());
        connector.setPort(settings.reportPort());
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new ReportHandler(settings.maxMessageBytes(), tokens, log, clock));
        try {
            server.start();
        } catch (IOException failed) {
            throw new UncheckedIOException("the report receiver can't listen on " + settings.bind() + ":"
                    + settings.reportPort(), failed);
        } catch (Exception failed) {
            throw new IllegalStateException("the report receiver does not start", failed);
        }
        return new HttpReceiver(server, connector);
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
