package dev.postern.outbound.dns;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/// A web server on loopback that stands for a provider's interface. What it answers is the subclass's.
abstract class ApiDouble implements AutoCloseable {

    /// @param headers answered beside the content type
    record Reply(int status, String type, String body, Map<String, String> headers) {
        Reply(int status, String type, String body) {
            this(status, type, body, Map.of());
        }
    }

    /// @param query parameters, decoded
    record Request(String method, String path, Map<String, String> query, URI uri, Map<String, String> headers,
                   byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final HttpServer server;
    private final List<Request> requests = new ArrayList<>();
    private Optional<Reply> instead = Optional.empty();

    ApiDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 20);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    ApiClient client(String provider) {
        return new ApiClient(ApiClient.http(Duration.ofSeconds(5)), Duration.ofSeconds(5), provider);
    }

    /// Answers everything with this from now on.
    synchronized void failing(Reply reply) {
        instead = Optional.of(reply);
    }

    synchronized void working() {
        instead = Optional.empty();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    abstract Reply answer(Request request);

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            var request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
                    query(exchange.getRequestURI().getRawQuery()), exchange.getRequestURI(), headers,
                    exchange.getRequestBody().readAllBytes());
            Reply reply;
            synchronized (this) {
                requests.add(request);
                reply = instead.orElseGet(() -> answer(request));
            }
            exchange.getResponseHeaders().set("Content-Type", reply.type());
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> query(String raw) {
        var parameters = new TreeMap<String, String>();
        if (raw != null) {
            Arrays.stream(raw.split("&")).map(parameter -> parameter.split("=", 2)).forEach(parameter -> parameters.put(
                    URLDecoder.decode(parameter[0], StandardCharsets.UTF_8), parameter.length < 2 ? ""
                            : URLDecoder.decode(parameter[1], StandardCharsets.UTF_8)));
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
