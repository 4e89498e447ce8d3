package dev.postern.outbound.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;

/// A connection that stands already, for a library that wants to connect by itself: wherever it asks to connect to, it
/// gets this one. So the address that was judged is the one that is used, and TLS is ours.
final class ReadySocket extends Socket {

    private final Socket connected;
    private final InputStream in;

    ReadySocket(Socket connected, InputStream in) {
        this.connected = connected;
        this.in = in;
    }

    /// Gives out this socket once.
    SocketFactory factory() {
        return new SocketFactory() {
            private boolean given;

            @Override
            public Socket createSocket() throws IOException {
                if (given) {
                    throw new SocketException("one connection only");
                }
                given = true;
                return ReadySocket.this;
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return createSocket();
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
                return createSocket();
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return createSocket();
            }

            @Override
            public Socket createSocket(InetAddress address, int port, InetAddress from, int fromPort)
                    throws IOException {
                return createSocket();
            }
        };
    }

    @Override
    public void connect(SocketAddress endpoint) {
        // It is.
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) {
        // It is.
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return connected.isClosed();
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return connected.getOutputStream();
    }

    @Override
    public InetAddress getInetAddress() {
        return connected.getInetAddress();
    }

    @Override
    public int getPort() {
        return connected.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return connected.getLocalSocketAddress();
    }

    @Override
    public SocketChannel getChannel() {
        return null;
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        connected.setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return connected.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        connected.setTcpNoDelay(on);
    }

    @Override
    public void close() throws IOException {
        connected.close();
    }
}
