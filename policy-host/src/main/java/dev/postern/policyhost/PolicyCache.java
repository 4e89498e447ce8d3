package dev.postern.policyhost;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The policies in memory: policy domain, lower case, in A-labels, to the body as it is sent.
///
/// Not yet [#ready], it does not know what it does not hold.
final class PolicyCache {

    private final ConcurrentHashMap<String, byte[]> bodies = new ConcurrentHashMap<>();
    private volatile boolean ready;

    void put(String domain, byte[] body) {
        bodies.put(domain, body);
    }

    void remove(String domain) {
        bodies.remove(domain);
    }

    /// Forgets every domain but these: what a complete reading of the topic did not show is no longer published.
    void retain(Set<String> domains) {
        bodies.keySet().retainAll(domains);
    }

    /// The body, which must not be changed.
    Optional<byte[]> body(String domain) {
        return Optional.ofNullable(bodies.get(domain));
    }

    int size() {
        return bodies.size();
    }

    /// Says that everything published so far is held.
    void complete() {
        ready = true;
    }

    boolean ready() {
        return ready;
    }
}
