package dev.postern.policyhost;

import dev.postern.stream.PolicyFetches;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Fetches counted in memory until they are passed on.
///
/// Noting one is a step in a map: it waits for nothing and never fails. What is held has a bound, for each domain and
/// for all, so that a flood of made-up clients costs no memory and leaves room for other domains. Beyond it fetches are
/// still counted, but without network and user agent: a count is never lost, only who it was.
final class FetchLog {

    /// Different fetchers held at a time, of one domain and of all.
    static final int MOST_OF_ONE = 1_000;
    static final int MOST = 20_000;
    private static final String UNLISTED = "";

    private record Fetcher(String network, String agent, String sha256) {
    }

    private record Tally(long fetches, Instant first, Instant last) {

        Tally plus(Tally other) {
            return new Tally(fetches + other.fetches, first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last);
        }
    }

    /// Of one domain. Once it was taken away to be passed on, it takes no more.
    private final class Counts {

        private final Map<Fetcher, Tally> tallies = new HashMap<>();
        private boolean taken;

        synchronized boolean add(Fetcher fetcher, Tally tally) {
            if (taken) {
                return false;
            }
            Fetcher listed = tallies.containsKey(fetcher) || tallies.size() < MOST_OF_ONE && held.get() < MOST ? fetcher
                    : new Fetcher(UNLISTED, UNLISTED, fetcher.sha256());
            if (tallies.merge(listed, tally, Tally::plus) == tally) {
                held.incrementAndGet();
            }
            return true;
        }

        synchronized Map<Fetcher, Tally> take() {
            taken = true;
            held.addAndGet(-tallies.size());
            return tallies;
        }
    }

    private final ConcurrentHashMap<String, Counts> domains = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();

    void note(String domain, String network, String agent, String sha256, Instant at) {
        add(domain, new Fetcher(network, agent, sha256), new Tally(1, at, at));
    }

    private void add(String domain, Fetcher fetcher, Tally tally) {
        while (!domains.computeIfAbsent(domain, _ -> new Counts()).add(fetcher, tally)) {
            // Taken a moment ago; it is about to leave the map.
            Thread.onSpinWait();
        }
    }

    /// Takes everything counted so far away.
    List<PolicyFetches> take() {
        var all = new ArrayList<PolicyFetches>();
        for (String domain : List.copyOf(domains.keySet())) {
            Counts counts = domains.remove(domain);
            if (counts != null) {
                all.add(new PolicyFetches(domain, counts.take().entrySet().stream().map(each ->
                        new PolicyFetches.Fetcher(each.getKey().network(), each.getKey().agent(),
                                each.getKey().sha256(),
                                each.getValue().fetches(), each.getValue().first(), each.getValue().last())).toList()));
            }
        }
        return all;
    }

    /// Puts back what could not be passed on.
    void giveBack(PolicyFetches fetches) {
        fetches.fetchers().forEach(each -> add(fetches.domain(), new Fetcher(each.network(), each.userAgent(),
                each.bodySha256()), new Tally(each.fetches(), each.firstAt(), each.lastAt())));
    }

    boolean isEmpty() {
        return held.get() == 0;
    }
}
