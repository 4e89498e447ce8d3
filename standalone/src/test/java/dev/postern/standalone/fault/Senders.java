package dev.postern.standalone.fault;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Mail servers that report: several at once, by mail and by HTTPS, to whichever receiver answers. What is not
/// acknowledged they send again with the same content, or give up, as real ones do.
final class Senders implements AutoCloseable {

    private static final int AT_ONCE = 12;
    /// Real ones wait for minutes.
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    /// What the sender of one letter knows in the end.
    record Fate(Letter letter, int acknowledged, int unknown, List<Outcome.Refused> refusals) {
    }

    private final List<Receiver> receivers;
    private final String host;
    private final long seed;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(AT_ONCE);
    private final Map<Integer, Fate> fates = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger mailRefusedForNow = new AtomicInteger();
    private final AtomicInteger postRefusedForNow = new AtomicInteger();

    Senders(List<Receiver> receivers, String host, long seed) {
        this.receivers = receivers;
        this.host = host;
        this.seed = seed;
    }

    /// Sends until each letter is handed over or given up.
    Future<?> send(List<Letter> letters) {
        return threads.submit(() -> {
            var all = new ConcurrentLinkedQueue<Future<?>>();
            for (Letter letter : letters) {
                all.add(threads.submit(() -> {
                    fates.put(letter.number(), deliver(letter));
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
            return null;
        });
    }

    private Fate deliver(Letter letter) throws InterruptedException {
        var random = new Random(seed + letter.number());
        int wanted = letter.twice() ? 2 : 1;
        int kept = 0;
        int unknown = 0;
        var refusals = new java.util.ArrayList<Outcome.Refused>();
        for (int attempt = 1; kept < wanted; attempt++) {
            boolean byMail = random.nextBoolean();
            switch (attempt(letter, byMail, receivers.get(random.nextInt(receivers.size())))) {
                case Outcome.Acknowledged _ -> {
                    kept++;
                    acknowledged.incrementAndGet();
                    continue;
                }
                case Outcome.Refused refused -> {
                    refusals.add(refused);
                    if (!refused.forNow()) {
                        return new Fate(letter, kept, unknown, refusals);
                    }
                    (byMail ? mailRefusedForNow : postRefusedForNow).incrementAndGet();
                }
                case Outcome.Unknown _ -> unknown++;
            }
            if (attempt >= letter.patience()) {
                break;
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
        return new Fate(letter, kept, unknown, refusals);
    }

    private Outcome attempt(Letter letter, boolean byMail, Receiver receiver) throws InterruptedException {
        atOnce.acquire();
        try {
            return byMail ? receiver.mail(letter.token() + "@" + host, letter.bytes())
                    : receiver.post(http, letter.token(), letter.bytes());
        } finally {
            atOnce.release();
            attempts.incrementAndGet();
        }
    }

    int attempts() {
        return attempts.get();
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /// Whether senders by mail and by HTTPS have been told to come again, beyond the counts of an earlier moment.
    boolean bothTurnedAwaySince(TurnedAway earlier) {
        return mailRefusedForNow.get() > earlier.mail() && postRefusedForNow.get() > earlier.post();
    }

    record TurnedAway(int mail, int post) {
    }

    TurnedAway turnedAway() {
        return new TurnedAway(mailRefusedForNow.get(), postRefusedForNow.get());
    }

    /// By the letters' numbers.
    Map<Integer, Fate> fates() {
        return Map.copyOf(fates);
    }

    /// Waits for senders to be done.
    static void await(Future<?> sending) throws InterruptedException {
        try {
            sending.get();
        } catch (ExecutionException failed) {
            throw new AssertionError("a sender failed by itself", failed.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.shutdownNow();
    }
}
