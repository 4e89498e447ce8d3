package dev.postern.probe.mx;

import dev.postern.observation.MxHost;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Looks of this process alone, for a command that ends soon.
public final class LooksInMemory implements Looks {

    private final Map<String, MxHost> kept = new ConcurrentHashMap<>();
    private final Set<String> claimed = ConcurrentHashMap.newKeySet();

    @Override
    public Optional<MxHost> find(String host, Instant notBefore) {
        return Optional.ofNullable(kept.get(host)).filter(seen -> !seen.at().isBefore(notBefore));
    }

    @Override
    public boolean claim(String host) {
        return claimed.add(host);
    }

    @Override
    public void keep(MxHost seen) {
        kept.put(seen.host(), seen);
        claimed.remove(seen.host());
    }

    @Override
    public void release(String host) {
        claimed.remove(host);
    }
}
