package dev.postern.standalone.fault;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Mail servers that report: several at once, by mail and by HTTPS, to whichever receiver answers. What is not
/// acknowledged they send again with the same content, or give up, as real ones do.
final class Senders implements AutoCloseable {

    private static final int AT_ONCE = 20;
    /// Real ones wait for minutes.
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);
    /// Some hundred letters a second: what faults do shows itself at any rate, and the work stays bounded.
    private static final Duration BETWEEN_LETTERS = Duration.ofMillis(200);

    /// What the sender of one letter knows in the end.
    record Fate(Letter letter, int acknowledged, int unknown, List<Outcome.Refused> refusals) {
    }

    private final List<Receiver> receivers;
    private final String host;
    private final long seed;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private volatile boolean finished;
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

    /// Sends letter after letter until [#finish].
    void start(IntFunction<Letter> letters) {
        for (int i = 0; i < AT_ONCE; i++) {
            threads.add(Thread.ofVirtual().name("sender-" + i).start(() -> sendOneAfterAnother(letters)));
        }
    }

    private void sendOneAfterAnother(IntFunction<Letter> letters) {
        try {
            while (!finished) {
                Letter letter = letters.apply(number.incrementAndGet());
                fates.put(letter.number(), deliver(letter));
                Thread.sleep(BETWEEN_LETTERS);
            }
        } catch (InterruptedException closed) {
            // Not every letter has its end then: who closes does not ask for them.
        }
    }

    /// No letter is begun any more; those under way are handed over or given up.
    void finish() throws InterruptedException {
        finished = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private Fate deliver(Letter letter) throws InterruptedException {
        var random = new Random(seed + letter.number());
        int wanted = letter.twice() ? 2 : 1;
        int kept = 0;
        int unknown = 0;
        var refusals = new ArrayList<Outcome.Refused>();
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
        try {
            return byMail ? receiver.mail(letter.token() + "@" + host, letter.bytes())
                    : receiver.post(http, letter.token(), letter.bytes());
        } finally {
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

    @Override
    public void close() {
        finished = true;
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
