package dev.postern.probe.mx;

import dev.postern.observation.MxHost;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// One look at an MX host for everybody who asks: thousands of domains name the same large provider's MXs, and it must
/// not be asked once for each.
public final class MxHosts {

    private static final Duration WAIT = Duration.ofMillis(200);

    private final MxProbe probe;
    private final Looks looks;
    private final InstantSource clock;
    private final Duration patience;
    private final ConcurrentMap<String, CompletableFuture<MxHost>> running = new ConcurrentHashMap<>();

    /// @param patience how long to wait for another worker's look before looking oneself
    public MxHosts(MxProbe probe, Looks looks, InstantSource clock, Duration patience) {
        this.probe = probe;
        this.looks = looks;
        this.clock = clock;
        this.patience = patience;
    }

    /// A look at a host that is not older than asked for.
    ///
    /// @param fresh how old a look may be
    public MxHost look(String host, Duration fresh) {
        Instant notBefore = clock.instant().minus(fresh);
        while (true) {
            var mine = new CompletableFuture<MxHost>();
            CompletableFuture<MxHost> first = running.putIfAbsent(host, mine);
            if (first == null) {
                return look(host, notBefore, mine);
            }
            MxHost seen = first.join();
            // Who was first may have been content with an older look.
            if (!seen.at().isBefore(notBefore)) {
                return seen;
            }
        }
    }

    private MxHost look(String host, Instant notBefore, CompletableFuture<MxHost> mine) {
        try {
            MxHost seen = lookOrWait(host, notBefore);
            running.remove(host, mine);
            mine.complete(seen);
            return seen;
        } catch (RuntimeException failed) {
            running.remove(host, mine);
            mine.completeExceptionally(failed);
            throw failed;
        }
    }

    private MxHost lookOrWait(String host, Instant notBefore) {
        Instant until = clock.instant().plus(patience);
        while (true) {
            Optional<MxHost> kept = looks.find(host, notBefore);
            if (kept.isPresent()) {
                return kept.get();
            }
            if (looks.claim(host)) {
                return lookNow(host);
            }
            if (!clock.instant().isBefore(until) || !sleep()) {
                return probe.look(host);
            }
        }
    }

    private MxHost lookNow(String host) {
        try {
            MxHost seen = probe.look(host);
            looks.keep(seen);
            return seen;
        } catch (RuntimeException failed) {
            looks.release(host);
            throw failed;
        }
    }

    private static boolean sleep() {
        try {
            Thread.sleep(WAIT);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
