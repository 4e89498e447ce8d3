package dev.postern.outbound;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of one piece of work, all closed when its time is up. Timeouts of single reads don't bound a server that
/// sends a byte now and then, be it of a body, of a greeting or of a handshake; closing the socket ends whatever waits
/// on it.
public final class OpenSockets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSockets.class);

    private final List<Socket> sockets = new ArrayList<>();
    private final Thread clock;
    private boolean closed;
    private boolean expired;

    public OpenSockets(Duration limit) {
        clock = Thread.ofVirtual().name("outbound-deadline").start(() -> {
            try {
                Thread.sleep(limit);
                expire();
            } catch (InterruptedException inTime) {
                // The work ended before.
            }
        });
    }

    /// A socket, not connected yet.
    ///
    /// @throws SocketTimeoutException when the time is up
    public synchronized Socket open() throws IOException {
        if (closed) {
            throw new SocketTimeoutException("the time is up");
        }
        var socket = new Socket();
        sockets.add(socket);
        return socket;
    }

    /// Whether time ended the work.
    public synchronized boolean expired() {
        return expired;
    }

    private synchronized void expire() {
        if (!closed) {
            expired = true;
            closeAll();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closeAll();
            clock.interrupt();
        }
    }

    private void closeAll() {
        closed = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException gone) {
                LOG.debug("Closing failed", gone);
            }
        }
    }
}
