package dev.postern.ingest.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/// How many sessions one address may have, and how long one may last: the time limit on a single line does not stop a
/// client that sends a byte a minute.
final class SessionLimits implements SessionHandler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLimits.class);

    private final SessionHandler bySource;
    private final Duration longest;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("smtp-sessions").factory());
    private final Map<Session, ScheduledFuture<?>> ends = new ConcurrentHashMap<>();

    SessionLimits(int mostOfOneSource, Duration longest) {
        this.bySource = SessionHandler.limitConcurrentSessionsBySource(mostOfOneSource);
        this.longest = longest;
    }

    @Override
    public SessionAcceptance accept(Session session) {
        SessionAcceptance acceptance = bySource.accept(session);
        if (acceptance.accepted()) {
            ends.put(session, clock.schedule(() -> cut(session), longest.toMillis(), TimeUnit.MILLISECONDS));
        }
        return acceptance;
    }

    @Override
    public void onSessionEnd(Session session) {
        bySource.onSessionEnd(session);
        ScheduledFuture<?> end = ends.remove(session);
        if (end != null) {
            end.cancel(false);
        }
    }

    private static void cut(Session session) {
        try {
            session.closeSocket();
        } catch (IOException alreadyGone) {
            LOG.debug("A session that lasted too long could not be closed", alreadyGone);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
