package dev.postern.probe;

import dev.postern.db.probe.MxHostStore;
import dev.postern.db.probe.PublicCheckStore;
import java.time.Duration;
import java.time.InstantSource;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes once an hour what nobody has asked about in a month: looks at MX hosts and public checks.
final class Forgetting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);
    private static final Duration PAUSE = Duration.ofHours(1);

    private final MxHostStore mxHosts;
    private final PublicCheckStore checks;
    private final InstantSource clock;
    private final Thread thread;

    Forgetting(MxHostStore mxHosts, PublicCheckStore checks, InstantSource clock) {
        this.mxHosts = mxHosts;
        this.checks = checks;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("probe-forgetting").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                forget();
            }
        } catch (InterruptedException closed) {
            // The process ends.
        }
    }

    private void forget() {
        try {
            int hosts = mxHosts.forgetOld(clock.instant());
            int old = checks.forgetOld(clock.instant());
            LOG.debug("Forgot {} MX hosts and {} public checks", hosts, old);
        } catch (DataAccessException away) {
            LOG.warn("What is old can't be removed now, trying again in an hour: {}", away.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
