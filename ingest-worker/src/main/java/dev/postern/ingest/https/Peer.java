package dev.postern.ingest.https;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/// Who sent a request: the address that connected or, when that is a TLS edge of ours, the one that the edge saw.
///
/// @param edges addresses whose X-Forwarded-For is believed
record Peer(Set<InetAddress> edges) {

    String of(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return "unknown";
        }
        InetAddress address = remote.getAddress();
        List<String> forwarded = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false);
        if (!edges.contains(address) || forwarded.isEmpty()) {
            return address.getHostAddress();
        }
        try {
            // The last is what the edge itself added; whatever stands before it came from outside.
            return InetAddress.ofLiteral(forwarded.getLast().strip()).getHostAddress();
        } catch (IllegalArgumentException noAddress) {
            return address.getHostAddress();
        }
    }
}
