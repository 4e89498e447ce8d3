package dev.postern.standalone.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Where the edge listens in place of 80 and 443, and for its health check.
record EdgePorts(int http, int https, int health) {

    static EdgePorts choose() throws IOException {
        return new EdgePorts(free(), free(), free());
    }

    /// A free port; the system gives it to nobody else for a while.
    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
