package dev.postern.testbed;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One accepted TCP connection of a server of the small internet, as far away as the server wants it to be.
///
/// Distance is measured in round trips: whenever the server speaks after it has listened, the client has waited for one
/// round trip. So each answer costs one, and a TLS handshake as many as its version takes. The first words cost two:
/// TCP's own handshake is one more, and loopback does it in no time.
final class Connection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Socket socket;
    private final CountDownLatch closing;
    private final Duration roundTrip;
    private final Runnable leave;
    private final InputStream in;
    private final OutputStream out;
    private volatile int tripsOwed = 2;

    /// @param closing   reaches zero when the server closes: whoever pauses stops at once
    /// @param roundTrip to the client and back; zero for none
    /// @param leave     takes it out of the count of connections; may be called twice
    Connection(Socket socket, Duration roundTrip, CountDownLatch closing, Runnable leave) throws IOException {
        this.leave = leave;
        this.socket = socket;
        this.closing = closing;
        this.roundTrip = roundTrip;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(new Listening(socket.getInputStream()));
        this.out = roundTrip.isZero() ? socket.getOutputStream() : new Speaking(socket.getOutputStream());
    }

    /// Buffered: what has arrived already is [InputStream#available].
    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    String client() {
        return socket.getInetAddress().getHostAddress();
    }

    /// Gives the client this long for the next bytes; zero for ever.
    void patience(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    boolean isOver() {
        return socket.isClosed() || closing.getCount() == 0;
    }

    /// Counts no more among the connections of the server, which is about to say its last word: a client that comes back
    /// as soon as it has heard it is not counted twice at once.
    void lastWord() {
        leave.run();
    }

    /// Waits, unless the server closes meanwhile.
    ///
    /// @throws IOException when it does
    void pause(Duration duration) throws IOException {
        if (!duration.isZero()) {
            waitFor(duration);
        }
    }

    /// Waits until the client or the server closes; whatever the client says stays without an answer.
    void waitForTheEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    /// Breaks it off with a reset (RST) instead of an end (FIN).
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            LOG.trace("Closing failed", alreadyGone);
        }
    }

    private void waitFor(Duration duration) throws IOException {
        try {
            if (closing.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("the server is closing");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is closing", interrupted);
        }
    }

    private final class Listening extends FilterInputStream {

        Listening(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException("it is read through a buffer");
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            tripsOwed = Math.max(tripsOwed, 1);
            return read;
        }
    }

    private final class Speaking extends FilterOutputStream {

        Speaking(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[]{(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int trips = tripsOwed;
            tripsOwed = 0;
            pause(roundTrip.multipliedBy(trips));
            out.write(bytes, from, length);
        }
    }
}
