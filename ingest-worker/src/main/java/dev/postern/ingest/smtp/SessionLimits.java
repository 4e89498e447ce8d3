package dev.postern.ingest.smtp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/// How many sessions there may be, in all and of one source, and how long one may last: the time limit on a single line
/// does not stop a client that sends one after the other, or never reads a reply.
final class SessionLimits implements SessionHandler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLimits.class);
    private static final int IPV6_NETWORK_BYTES = 8;

    private record Running(InetAddress source, ScheduledFuture<?> end) {
    }

    /// Ends a time limit.
    interface Limited extends AutoCloseable {
        @Override
        void close();
    }

    private final SmtpLimits limits;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("smtp-sessions").factory());
    private final Map<Session, Running> sessions = new HashMap<>();
    private final Map<InetAddress, Integer> bySource = new HashMap<>();

    SessionLimits(SmtpLimits limits) {
        this.limits = limits;
    }

    @Override
    public SessionAcceptance accept(Session session) {
        if (spokeFirst(session)) {
            return refuse(session, 554, "5.5.1 Wait for the greeting (RFC 5321 section 3.1)");
        }
        InetAddress source = source(session.getSocket().getInetAddress());
        synchronized (this) {
            if (sessions.size() >= limits.connections()) {
                return refuse(session, 421, "4.7.0 There are " + limits.connections()
                        + " connections, the limit; try again later");
            }
            if (bySource.getOrDefault(source, 0) >= limits.connectionsOfOne()) {
                return refuse(session, 421, "4.7.0 There are " + limits.connectionsOfOne()
                        + " connections of your network, the limit; try again later");
            }
            bySource.merge(source, 1, Integer::sum);
            sessions.put(session, new Running(source, clock.schedule(() -> cut(session),
                    limits.longestSession().toMillis(), TimeUnit.MILLISECONDS)));
        }
        return SessionAcceptance.success();
    }

    private static SessionAcceptance refuse(Session session, int code, String message) {
        ((Conversation) session.getSocket()).refuses();
        return SessionAcceptance.failure(code, message);
    }

    private static boolean spokeFirst(Session session) {
        try {
            return session.getRawInput().available() > 0;
        } catch (IOException gone) {
            return false;
        }
    }

    /// One customer has an IPv6 network of 64 bits, and with it more addresses than anyone can count.
    private static InetAddress source(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES),
                address.getAddress().length);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public synchronized void onSessionEnd(Session session) {
        Running running = sessions.remove(session);
        if (running != null) {
            running.end().cancel(false);
            bySource.computeIfPresent(running.source(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// Closes a connection after a time, unless what is returned is closed before.
    Limited closing(Socket connection, Duration after) {
        ScheduledFuture<?> end = clock.schedule(() -> close(connection), after.toMillis(), TimeUnit.MILLISECONDS);
        return () -> end.cancel(false);
    }

    private static void cut(Session session) {
        close(((Conversation) session.getSocket()).tcp());
    }

    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException alreadyGone) {
            LOG.debug("A connection that lasted too long could not be closed", alreadyGone);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
