package dev.postern.ingest.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/// The connection of one client, with the limits that the library does not keep: a command must come whole within a
/// time, be no longer than a limit, and lead to a mail sooner or later.
///
/// It is a socket because the library wants one. What it reads is counted before the library sees it; when a limit is
/// reached it says so to the client, and the library sees the end of the stream.
final class Conversation extends Socket {

    private static final int REST = 64 * 1024;
    private static final int LINGER_MILLIS = 500;

    private final Socket connection;
    private final Socket tcp;
    private final SmtpLimits limits;
    private final InputStream in;
    private final OutputStream out;
    private int commands;
    private int lineBytes;
    private long lineBegan;
    private boolean lineBegun;
    private boolean inMessage;
    private boolean refused;

    /// @param tcp connected
    Conversation(Socket tcp, SmtpLimits limits) throws IOException {
        this(tcp, tcp, limits);
    }

    private Conversation(Socket connection, Socket tcp, SmtpLimits limits) throws IOException {
        this.connection = connection;
        this.tcp = tcp;
        this.limits = limits;
        this.in = new Counted(connection.getInputStream());
        this.out = new ClosingAll(connection.getOutputStream());
    }

    /// The same conversation from here on within TLS.
    Conversation within(SSLSocket tls) throws IOException {
        return new Conversation(tls, tcp, limits);
    }

    /// What it goes over. To close it never waits, as closing TLS may.
    Socket tcp() {
        return tcp;
    }

    /// From the answer to DATA on: no commands are read.
    void messageBegins() {
        inMessage = true;
    }

    /// @param delivered whether it was kept; then the client may go on for as long again
    void messageEnds(boolean delivered) {
        inMessage = false;
        lineBegun = false;
        lineBytes = 0;
        if (delivered) {
            commands = 0;
        }
    }

    /// The reply now sent is the last: it shall arrive although the client has sent more than was read.
    void refuses() {
        refused = true;
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (inMessage) {
                connection.setSoTimeout((int) limits.silence().toMillis());
                return super.read(into, offset, length);
            }
            if (refused) {
                return -1;
            }
            if (!lineBegun) {
                lineBegan = System.nanoTime();
                lineBegun = true;
            }
            Duration left = limits.silence().minusNanos(System.nanoTime() - lineBegan);
            try {
                connection.setSoTimeout((int) Math.max(1, left.toMillis()));
                int read = left.isPositive() ? super.read(into, offset, length) : 0;
                return left.isPositive() ? counted(into, offset, read) : tooSlow();
            } catch (SocketTimeoutException late) {
                return tooSlow();
            }
        }

        private int counted(byte[] bytes, int offset, int read) throws IOException {
            for (int i = offset; i < offset + read; i++) {
                if (bytes[i] == '\n') {
                    commands++;
                    lineBytes = 0;
                    lineBegun = false;
                } else if (++lineBytes > limits.lineBytes()) {
                    return farewell("500 5.5.2 A command is longer than the limit of " + limits.lineBytes()
                            + " bytes");
                }
            }
            return commands > limits.idleCommands() ? farewell("421 4.7.0 More than " + limits.idleCommands()
                    + " commands, the limit, and no mail delivered") : read;
        }

        private int tooSlow() throws IOException {
            return farewell("421 4.4.2 No whole command within the limit of " + limits.silence().toSeconds()
                    + " seconds");
        }
    }

    private int farewell(String reply) throws IOException {
        refuses();
        out.write((reply + "\r\n").getBytes(US_ASCII));
        out.flush();
        return -1;
    }

    /// The library closes the streams where it means the connection.
    private final class ClosingAll extends FilterOutputStream {
        ClosingAll(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            Conversation.this.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (refused && !connection.isClosed()) {
            refused = false;
            readRest();
        }
        connection.close();
    }

    /// A connection that is closed with bytes unread is reset, and the client may never see the last reply.
    private void readRest() {
        try {
            connection.shutdownOutput();
            connection.setSoTimeout(LINGER_MILLIS);
            long until = System.nanoTime() + Duration.ofMillis(LINGER_MILLIS).toNanos();
            byte[] rest = new byte[8 * 1024];
            InputStream raw = connection.getInputStream();
            for (int total = 0; total < REST && System.nanoTime() < until; ) {
                int read = raw.read(rest);
                if (read < 0) {
                    return;
                }
                total += read;
            }
        } catch (IOException gone) {
            // There is nobody left to tell.
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        connection.setSoTimeout(millis);
    }

    @Override
    public boolean isBound() {
        return connection.isBound();
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public boolean isConnected() {
        return connection.isConnected();
    }

    @Override
    public InetAddress getInetAddress() {
        return connection.getInetAddress();
    }

    @Override
    public int getPort() {
        return connection.getPort();
    }

    @Override
    public int getLocalPort() {
        return connection.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return connection.getRemoteSocketAddress();
    }
}
