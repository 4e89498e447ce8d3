package dev.postern.policyhost;

import dev.postern.observation.PolicyFetch;
import dev.postern.policyhost.PolicyCache.Held;
import dev.postern.stream.PolicyFetches;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;

/// What of a request for a policy is noted: the network of the client and what it calls itself. Probes of Postern are
/// left out, as they are no senders, and so are questions without a body.
///
/// @param edges addresses whose X-Forwarded-For is believed
record FetchNotes(Set<InetAddress> edges, FetchLog log, Clock clock) {

    private static final char REPLACEMENT = '\uFFFD';

    void note(String domain, Held held, Request request) {
        String agent = agent(request.getHeaders().get(HttpHeader.USER_AGENT));
        if (HttpMethod.GET.is(request.getMethod()) && !agent.equals(PolicyFetch.USER_AGENT)) {
            client(request).ifPresent(client -> log.note(domain, Network.of(client), agent, held.sha256(),
                    clock.instant()));
        }
    }

    /// The address that connected or, when that is a TLS edge of ours, the one that the edge saw.
    private Optional<InetAddress> client(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        List<String> forwarded = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false);
        if (!edges.contains(remote.getAddress()) || forwarded.isEmpty()) {
            return Optional.of(remote.getAddress());
        }
        try {
            // The last is what the edge itself added; whatever stands before it came from outside.
            return Optional.of(InetAddress.ofLiteral(forwarded.getLast().strip()));
        } catch (IllegalArgumentException noAddress) {
            return Optional.of(remote.getAddress());
        }
    }

    /// What a stranger wrote, so that it can be shown: short, and without what turns or hides text.
    private static String agent(String given) {
        if (given == null) {
            return "";
        }
        var text = new StringBuilder(Math.min(given.length(), PolicyFetches.MAX_AGENT));
        for (int i = 0; i < given.length() && text.length() < PolicyFetches.MAX_AGENT; i++) {
            char each = given.charAt(i);
            text.append(switch (Character.getType(each)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                     Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> REPLACEMENT;
                default -> each;
            });
        }
        return text.toString().strip();
    }
}
