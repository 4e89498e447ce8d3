package dev.postern.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening side of every TCP server of the small internet: a virtual thread for each connection, and a count of
/// them. It can be taken down and brought up again at the same address.
final class Listener implements AutoCloseable {

    /// What a server does with a connection, which is closed when this returns or throws.
    @FunctionalInterface
    interface Service {
        void serve(Connection connection) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 512;
    /// More connections than any system lets wait at a backlog of one.
    private static final int FILLERS = 16;
    private static final int FILLER_MILLIS = 100;

    private final String name;
    private final Service service;
    private final InetSocketAddress address;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final List<Socket> fillers = new ArrayList<>();
    private volatile Duration roundTrip = Duration.ZERO;
    private ServerSocket socket;
    private boolean up;
    /// There as long as it is up.
    private Thread acceptor;

    private Listener(String name, InetSocketAddress at, Service service) throws IOException {
        this.name = name;
        this.service = service;
        this.socket = bind(at, BACKLOG);
        this.address = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }

    /// @param name of its threads
    /// @param at   port 0 for a free one
    /// @throws UncheckedIOException when it can't listen there
    static Listener open(String name, InetSocketAddress at, Service service) {
        try {
            var listener = new Listener(name, at, service);
            listener.accept();
            return listener;
        } catch (IOException failed) {
            throw new UncheckedIOException("no server can listen at " + at, failed);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    void delay(Duration perRoundTrip) {
        roundTrip = perRoundTrip;
    }

    int accepted() {
        return accepted.get();
    }

    int atOnce() {
        return atOnce.get();
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }

    /// Counts from zero again.
    void forgetCounts() {
        accepted.set(0);
        mostAtOnce.set(atOnce.get());
    }

    /// Refuses connections from now on, as where no server runs. Those there are go on.
    synchronized void down() {
        stopListening();
    }

    /// Leaves connections without any answer from now on, as behind a firewall that drops them.
    synchronized void unanswered() {
        stopListening();
        try {
            // Nobody takes connections from this socket; once its queue is full, the system drops what arrives.
            socket = bind(address, 1);
            for (int filler = 0; filler < FILLERS; filler++) {
                var waiting = new Socket();
                fillers.add(waiting);
                waiting.connect(address, FILLER_MILLIS);
            }
            throw new IllegalStateException("the system's queue for connections has no end");
        } catch (SocketTimeoutException full) {
            LOG.trace("The queue is full", full);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Accepts connections again, if it did not.
    synchronized void up() {
        if (up) {
            return;
        }
        stopListening();
        try {
            socket = bind(address, BACKLOG);
            accept();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public synchronized void close() {
        closing.countDown();
        stopListening();
        connections.forEach(Listener::closeQuietly);
    }

    private static ServerSocket bind(InetSocketAddress at, int backlog) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(at, backlog);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private void stopListening() {
        closeQuietly(socket);
        if (up) {
            up = false;
            awaitAcceptor();
        }
        fillers.forEach(Listener::closeQuietly);
        fillers.clear();
    }

    /// The system goes on to listen until the thread that accepts has let go of the socket.
    private void awaitAcceptor() {
        try {
            acceptor.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void accept() {
        var listening = socket;
        up = true;
        acceptor = Thread.ofVirtual().name(name).start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket client = listening.accept();
                    accepted.incrementAndGet();
                    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    connections.add(client);
                    Thread.ofVirtual().name(name + "-connection").start(() -> serve(client));
                } catch (IOException closed) {
                    LOG.trace("No more connections", closed);
                }
            }
        });
    }

    private void serve(Socket client) {
        var counted = new AtomicBoolean(true);
        Runnable leave = () -> {
            if (counted.getAndSet(false)) {
                atOnce.decrementAndGet();
            }
        };
        try (client) {
            if (closing.getCount() > 0) {
                service.serve(new Connection(client, roundTrip, closing, leave));
            }
        } catch (IOException broken) {
            LOG.debug("A connection broke", broken);
        } finally {
            connections.remove(client);
            leave.run();
        }
    }

    static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception alreadyGone) {
            LOG.trace("Closing failed", alreadyGone);
        }
    }
}
