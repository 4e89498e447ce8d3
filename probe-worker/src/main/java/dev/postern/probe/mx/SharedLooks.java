package dev.postern.probe.mx;

import dev.postern.db.probe.MxHostStore;
import dev.postern.observation.MxHost;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Looks shared through the database by all workers of one vantage point.
public final class SharedLooks implements Looks {

    private final MxHostStore store;
    private final InstantSource clock;
    private final Duration lease;

    /// @param lease how long a look may take; a claim older than that was left by a worker that crashed
    public SharedLooks(MxHostStore store, InstantSource clock, Duration lease) {
        this.store = store;
        this.clock = clock;
        this.lease = lease;
    }

    @Override
    public Optional<MxHost> find(String host, Instant notBefore) {
        return store.find(host, notBefore);
    }

    @Override
    public boolean claim(String host) {
        Instant now = clock.instant();
        return store.claim(host, now, now.plus(lease));
    }

    @Override
    public void keep(MxHost seen) {
        store.save(seen);
    }

    @Override
    public void release(String host) {
        store.release(host);
    }
}
