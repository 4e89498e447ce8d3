package dev.postern.testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A customer's own web server behind the [TlsEdge], serving a policy well or badly. It answers the policy's path
/// whatever the host, and 404 elsewhere.
///
/// It starts with status 404, as a web server without a policy file does. Every method that edits returns the server,
/// for chaining, and changes only what it names: `serve(policy).contentType("text/html")`.
public final class WebServer implements AutoCloseable {

    private static final String PATH = "/.well-known/mta-sts.txt";

    /// How the body is sent.
    private enum Pace { WHOLE, SLOW, ENDLESS, BROKEN_OFF }

    /// @param pause between two bytes of a slow body
    private record Behaviour(int status, Optional<String> contentType, Optional<String> location, byte[] body,
                             Pace pace, Duration pause) {
    }

    private static final Behaviour NOTHING_THERE =
            new Behaviour(404, Optional.of("text/html"), Optional.empty(), new byte[0], Pace.WHOLE, Duration.ZERO);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Behaviour behaviour = NOTHING_THERE;

    private WebServer(HttpServer server) {
        this.server = server;
    }

    /// Starts it on a free port.
    ///
    /// @throws UncheckedIOException when it can't listen
    public static WebServer start() {
        try {
            var web = new WebServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50));
            web.server.setExecutor(web.threads);
            web.server.createContext("/", web::answer);
            web.server.start();
            return web;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// Serves this policy as it should be: status 200, `text/plain`, at once.
    public WebServer serve(String policy) {
        behaviour = new Behaviour(200, Optional.of("text/plain"), Optional.empty(),
                policy.getBytes(StandardCharsets.UTF_8), Pace.WHOLE, Duration.ZERO);
        return this;
    }

    /// Answers with this status; body and type stay.
    public WebServer status(int status) {
        var now = behaviour;
        behaviour = new Behaviour(status, now.contentType, now.location, now.body, now.pace, now.pause);
        return this;
    }

    /// Redirects with status 301.
    public WebServer redirect(String location) {
        var now = behaviour;
        behaviour = new Behaviour(301, now.contentType, Optional.of(location), now.body, now.pace, now.pause);
        return this;
    }

    /// Sends this Content-Type; none when empty.
    public WebServer contentType(String type) {
        var now = behaviour;
        behaviour = new Behaviour(now.status, Optional.of(type).filter(text -> !text.isEmpty()), now.location, now.body,
                now.pace, now.pause);
        return this;
    }

    /// Sends these bytes; status and type stay.
    public WebServer body(byte[] body) {
        var now = behaviour;
        behaviour = new Behaviour(now.status, now.contentType, now.location, body.clone(), now.pace, now.pause);
        return this;
    }

    /// Sends the body one byte at a time.
    ///
    /// @param pause between two bytes
    public WebServer slowBody(Duration pause) {
        return pace(Pace.SLOW, pause);
    }

    /// Repeats the body for as long as the client reads; an empty one as zero bytes.
    public WebServer endlessBody() {
        return pace(Pace.ENDLESS, Duration.ZERO);
    }

    /// Announces the whole body, sends half of it, and closes the connection.
    public WebServer brokenBody() {
        return pace(Pace.BROKEN_OFF, Duration.ZERO);
    }

    private WebServer pace(Pace pace, Duration pause) {
        var now = behaviour;
        behaviour = new Behaviour(now.status, now.contentType, now.location, now.body, pace, pause);
        return this;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var now = exchange.getRequestURI().getPath().equals(PATH) ? behaviour : NOTHING_THERE;
            now.contentType.ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            now.location.ifPresent(location -> exchange.getResponseHeaders().set("Location", location));
            boolean bodyless = exchange.getRequestMethod().equals("HEAD") || now.body.length == 0
                    && now.pace != Pace.ENDLESS;
            if (bodyless) {
                exchange.sendResponseHeaders(now.status, -1);
                return;
            }
            // Length 0 means chunked to this server: the length is not said in advance.
            exchange.sendResponseHeaders(now.status, now.pace == Pace.ENDLESS ? 0 : now.body.length);
            send(now, exchange.getResponseBody());
        }
    }

    private void send(Behaviour now, OutputStream out) throws IOException {
        switch (now.pace) {
            case WHOLE -> out.write(now.body);
            case BROKEN_OFF -> {
                out.write(Arrays.copyOf(now.body, now.body.length / 2));
                out.flush();
            }
            case SLOW -> {
                for (byte one : now.body) {
                    out.write(one);
                    out.flush();
                    pause(now.pause);
                }
            }
            case ENDLESS -> {
                byte[] piece = now.body.length == 0 ? new byte[1024] : now.body;
                while (closed.getCount() > 0) {
                    out.write(piece);
                    out.flush();
                }
            }
        }
    }

    private void pause(Duration pause) throws IOException {
        try {
            if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("the server is closing");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is closing", interrupted);
        }
    }
}
