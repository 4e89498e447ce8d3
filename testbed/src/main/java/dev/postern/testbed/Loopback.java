package dev.postern.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;

/// Hands out loopback addresses that share one port, since a probe knows one port for every MX. Linux answers at every
/// address of 127.0.0.0/8 without being told; other systems at 127.0.0.1 only.
///
/// The port is kept for this allocator at `::1` as long as it lives, so that one server may stand at an IPv6 address.
public final class Loopback implements AutoCloseable {

    private static final int ADDRESSES_IN_A_NET = 254;
    private static final int NETS = 250;
    private static final int ATTEMPTS = 20;

    private final SocketChannel reserved;
    private final int port;
    private final int net;
    private int handedOut;

    private Loopback(SocketChannel reserved, int port, int net) {
        this.reserved = reserved;
        this.port = port;
        this.net = net;
    }

    /// Finds a port, and a part of 127.0.0.0/8 for this allocator.
    ///
    /// @throws UncheckedIOException when there is none
    public static Loopback reserve() {
        try {
            var channel = SocketChannel.open();
            // Bound and not listening: a server that asks for it may listen there all the same.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            return new Loopback(channel, port, ThreadLocalRandom.current().nextInt(1, NETS));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The port that all addresses share.
    public int port() {
        return port;
    }

    /// An address that nobody listens at, at the shared port. Never the same twice.
    ///
    /// @throws IllegalStateException when all are handed out, after more than 60,000
    public synchronized InetSocketAddress next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int number = handedOut++;
            if (number >= ADDRESSES_IN_A_NET * ADDRESSES_IN_A_NET) {
                break;
            }
            var candidate = new InetSocketAddress(InetAddress.ofLiteral("127.%d.%d.%d".formatted(net,
                    1 + number / ADDRESSES_IN_A_NET, 1 + number % ADDRESSES_IN_A_NET)), port);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no loopback address is left at port " + port);
    }

    /// `::1` at the shared port, for one server.
    public InetSocketAddress ipv6() {
        return new InetSocketAddress(InetAddress.ofLiteral("::1"), port);
    }

    @Override
    public void close() {
        Listener.closeQuietly(reserved);
    }

    private static boolean isFree(InetSocketAddress candidate) {
        try (var probe = SocketChannel.open()) {
            probe.bind(candidate);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
