package dev.postern.policyhost;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers one request. Below `mta-sts.` there is the policy and nothing else; under any other host name, the two
/// questions of the operator and of the TLS edge.
final class PolicyHandler extends Handler.Abstract.NonBlocking {

    static final String POLICY_PATH = "/.well-known/mta-sts.txt";
    private static final String POLICY_HOST = "mta-sts.";
    private static final int MAX_HOST = 253;
    /// A host name, or an IP address as it stands in a URL.
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+]");
    /// Senders try again later and meanwhile keep the policy they hold (RFC 8461 §5.1).
    private static final HttpField RETRY_AFTER = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "10");
    private static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, "GET, HEAD");
    // RFC 8461 §3.2 names the type without parameters, and some senders compare it as a whole.
    private static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain");
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

    private final PolicyCache cache;
    private final FetchNotes fetches;

    PolicyHandler(PolicyCache cache, FetchNotes fetches) {
        this.cache = cache;
        this.fetches = fetches;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // Without the header Jetty would put its own address in the place of the host.
        Optional<String> host = request.getHeaders().contains(HttpHeader.HOST)
                ? host(request.getHttpURI().getHost()) : Optional.empty();
        if (host.isEmpty()) {
            empty(HttpStatus.BAD_REQUEST_400, response, callback);
            return true;
        }
        String path = request.getHttpURI().getPath();
        if (host.get().startsWith(POLICY_HOST)) {
            policy(host.get(), path, request, response, callback);
        } else {
            switch (path) {
                case "/health" -> health(request, response, callback);
                case "/allowed" -> allowed(request, response, callback);
                case null, default -> empty(HttpStatus.NOT_FOUND_404, response, callback);
            }
        }
        return true;
    }

    private void policy(String host, String path, Request request, Response response, Callback callback) {
        if (!POLICY_PATH.equals(path)) {
            empty(HttpStatus.NOT_FOUND_404, response, callback);
        } else if (methodAllowed(request, response, callback)) {
            // Read before the cache is asked: what is missing from a cache that was complete then is not published.
            boolean complete = cache.ready();
            cache.policy(policyDomain(host)).ifPresentOrElse(held -> {
                fetches.note(policyDomain(host), held, request);
                answer(TEXT, held.body(), request, response, callback);
            }, () -> notHeld(complete, response, callback));
        }
    }

    private void health(Request request, Response response, Callback callback) {
        if (methodAllowed(request, response, callback)) {
            String json = "{\"ready\":" + cache.ready() + ",\"policies\":" + cache.size() + "}";
            answer(JSON, json.getBytes(StandardCharsets.US_ASCII), request, response, callback);
        }
    }

    /// Whether the edge may order a certificate for a host: only for a policy host whose policy is held.
    private void allowed(Request request, Response response, Callback callback) {
        if (methodAllowed(request, response, callback)) {
            boolean complete = cache.ready();
            var asked = host(Request.extractQueryParameters(request).getValue("domain"));
            boolean held = asked.filter(host -> host.startsWith(POLICY_HOST))
                    .flatMap(host -> cache.policy(policyDomain(host))).isPresent();
            if (held) {
                empty(HttpStatus.OK_200, response, callback);
            } else {
                notHeld(complete, response, callback);
            }
        }
    }

    private static boolean methodAllowed(Request request, Response response, Callback callback) {
        if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            return true;
        }
        response.getHeaders().put(ALLOW);
        empty(HttpStatus.METHOD_NOT_ALLOWED_405, response, callback);
        return false;
    }

    private static void notHeld(boolean complete, Response response, Callback callback) {
        if (complete) {
            empty(HttpStatus.NOT_FOUND_404, response, callback);
        } else {
            response.getHeaders().put(RETRY_AFTER);
            empty(HttpStatus.SERVICE_UNAVAILABLE_503, response, callback);
        }
    }

    private static void answer(HttpField type, byte[] body, Request request, Response response, Callback callback) {
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(type).put(HttpHeader.CONTENT_LENGTH, body.length);
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, head ? null : ByteBuffer.wrap(body), callback);
    }

    private static void empty(int status, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, callback);
    }

    private static String policyDomain(String host) {
        return host.substring(POLICY_HOST.length());
    }

    /// A host in lower case without trailing dot; empty when it is none.
    private static Optional<String> host(String given) {
        if (given == null) {
            return Optional.empty();
        }
        String host = given.toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return host.length() <= MAX_HOST && HOST.matcher(host).matches() ? Optional.of(host) : Optional.empty();
    }
}
