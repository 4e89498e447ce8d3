package dev.postern.policyhost;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The policies in memory: policy domain, lower case, in A-labels, to the body as it is sent.
///
/// Not yet [#ready], it does not know what it does not hold.
final class PolicyCache {

    /// A policy as it is sent.
    ///
    /// @param body   not to be changed
    /// @param sha256 of the body, in hex: the fetch log names it by that
    record Held(byte[] body, String sha256) {
    }

    private final ConcurrentHashMap<String, Held> bodies = new ConcurrentHashMap<>();
    private volatile boolean ready;

    void put(String domain, byte[] body) {
        bodies.put(domain, new Held(body, sha256(body)));
    }

    void remove(String domain) {
        bodies.remove(domain);
    }

    /// Forgets every domain but these: what a complete reading of the topic did not show is no longer published.
    void retain(Set<String> domains) {
        bodies.keySet().retainAll(domains);
    }

    Optional<Held> policy(String domain) {
        return Optional.ofNullable(bodies.get(domain));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
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
