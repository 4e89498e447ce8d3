package dev.postern.policyhost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The policy host: an HTTP server over the policies in memory.
///
/// It starts listening at once. Until it has read all that is published, it answers 503 where it holds nothing, so
/// that a sender keeps the policy it has cached instead of concluding that there is none.
public final class PolicyHost implements AutoCloseable {

    // Requests are answered from memory without waiting for anything, so that a few threads saturate the network.
    private static final int MAX_THREADS = 32;
    private static final int MAX_HEADER_BYTES = 4096;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final PolicyCache cache;
    private final PolicyTopicReader reader;
    private final FetchSender fetches;

    private PolicyHost(Server server, ServerConnector connector, PolicyCache cache, PolicyTopicReader reader,
                       FetchSender fetches) {
        this.server = server;
        this.connector = connector;
        this.cache = cache;
        this.reader = reader;
        this.fetches = fetches;
    }

    /// Starts listening and reading.
    ///
    /// @throws UncheckedIOException when it can't listen
    public static PolicyHost start(PolicyHostSettings settings) {
        return start(settings, Clock.systemUTC());
    }

    /// The same by a clock of one's own, which says when a policy was fetched.
    public static PolicyHost start(PolicyHostSettings settings, Clock clock) {
        var threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("policy-host");
        var server = new Server(threads);
        var connector = new ServerConnector(server, new HttpConnectionFactory(http()));
        connector.setHost(settings.bind());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        var cache = new PolicyCache();
        var log = new FetchLog();
        server.setHandler(new PolicyHandler(cache, new FetchNotes(settings.edges(), log, clock)));
        server.setErrorHandler((_, response, callback) -> {
            // Status and nothing else, also for requests that are no HTTP: no page, no word about the server.
            response.getHeaders().remove(HttpHeader.CONTENT_TYPE);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            response.write(true, null, callback);
            return true;
        });
        try {
            server.start();
        } catch (IOException failed) {
            throw new UncheckedIOException("the policy host can't listen on " + settings.bind() + ":"
                    + settings.port(), failed);
        } catch (Exception failed) {
            throw new IllegalStateException("the policy host does not start", failed);
        }
        return new PolicyHost(server, connector, cache, PolicyTopicReader.start(settings.kafka(), cache),
                FetchSender.start(settings.kafka(), log));
    }

    private static HttpConfiguration http() {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setIdleTimeout(IDLE.toMillis());
        return http;
    }

    /// The port it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    /// Whether everything that was published when it started has been read.
    public boolean ready() {
        return cache.ready();
    }

    /// How many policies it holds.
    public int policies() {
        return cache.size();
    }

    @Override
    public void close() {
        reader.close();
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the policy host does not stop", failed);
        } finally {
            fetches.close();
        }
    }
}
