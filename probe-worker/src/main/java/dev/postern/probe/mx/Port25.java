package dev.postern.probe.mx;

import dev.postern.probe.dns.Addresses;
import dev.postern.probe.dns.Dns;
import dev.postern.outbound.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Knows whether SMTP gets out of the network here at all. Most clouds and homes block port 25, and then every MX seems
/// dead.
///
/// When an MX can't be reached and none was lately, it knocks at the MXs of large providers, which are always up: when
/// not one of them takes a connection, the port is blocked.
public final class Port25 {

    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Dns dns;
    private final List<String> landmarks;
    private final int port;
    private final Duration patience;
    private final boolean privateAddressesToo;
    private final InstantSource clock;
    private final ReentrantLock knocking = new ReentrantLock();
    private volatile Instant openAt = Instant.MIN;
    private volatile Instant blockedAt = Instant.MIN;

    /// @param landmarks hosts that always take connections; empty: the port is never taken for blocked
    /// @param port      where MXs listen
    /// @param patience  for one connection
    public Port25(Dns dns, List<String> landmarks, int port, Duration patience, boolean privateAddressesToo,
                  InstantSource clock) {
        this.dns = dns;
        this.landmarks = List.copyOf(landmarks);
        this.port = port;
        this.patience = patience;
        this.privateAddressesToo = privateAddressesToo;
        this.clock = clock;
    }

    /// Some MX has answered.
    void answered() {
        openAt = clock.instant();
    }

    /// Whether an MX that can't be reached tells nothing of that MX. It may take the time of a few connections.
    boolean blocked() {
        if (landmarks.isEmpty() || recent(openAt)) {
            return false;
        }
        if (recent(blockedAt)) {
            return true;
        }
        // One knocks, the others wait for what it finds.
        knocking.lock();
        try {
            if (recent(openAt) || recent(blockedAt)) {
                return recent(blockedAt) && !recent(openAt);
            }
            if (landmarks.stream().anyMatch(this::takesConnections)) {
                openAt = clock.instant();
                return false;
            }
            blockedAt = clock.instant();
            return true;
        } finally {
            knocking.unlock();
        }
    }

    private boolean recent(Instant when) {
        return when.isAfter(clock.instant().minus(REMEMBERED));
    }

    private boolean takesConnections(String host) {
        return dns.addresses(host) instanceof Addresses.Found(var all) && all.stream()
                .filter(address -> privateAddressesToo || PublicAddresses.isPublic(address)).limit(2)
                .anyMatch(this::connects);
    }

    private boolean connects(InetAddress address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(patience.toMillis()));
            return true;
        } catch (IOException unreachable) {
            return false;
        }
    }
}
