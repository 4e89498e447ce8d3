package dev.postern.bench;

import dev.postern.observation.MxHost;
import dev.postern.probe.mx.Looks;
import java.time.Instant;
import java.util.Optional;

/// Keeps no look: a worker has its looks in the database, and here no two domains share an MX, so that there is nothing
/// to find. What is left on the heap is then the probe's own.
final class LooksElsewhere implements Looks {

    @Override
    public Optional<MxHost> find(String host, Instant notBefore) {
        return Optional.empty();
    }

    @Override
    public boolean claim(String host) {
        return true;
    }

    @Override
    public void keep(MxHost seen) {
        // Nobody will ask for it.
    }

    @Override
    public void release(String host) {
        // Nothing was held.
    }
}
