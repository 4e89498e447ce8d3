package dev.postern.app.security;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// Slows down the guessing of passwords: after [#FAILURES] failures for one account from one address, that address
/// waits for that account until [#WINDOW] after the first of them.
///
/// Others can't be locked out by it, since their addresses differ. It is kept in memory, of this process only, and
/// forgets the oldest when there are too many.
final class GuessingBrake {

    static final int FAILURES = 10;
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MOST = 100_000;

    private record Attempt(String email, String address) {
    }

    private final Cache<Attempt, AtomicInteger> failures;

    GuessingBrake(Ticker ticker) {
        failures = CacheBuilder.newBuilder().ticker(ticker).expireAfterWrite(WINDOW).maximumSize(MOST).build();
    }

    boolean blocks(String email, String address) {
        AtomicInteger count = failures.getIfPresent(attempt(email, address));
        return count != null && count.get() >= FAILURES;
    }

    void failed(String email, String address) {
        failures.asMap().computeIfAbsent(attempt(email, address), _ -> new AtomicInteger()).incrementAndGet();
    }

    void succeeded(String email, String address) {
        failures.invalidate(attempt(email, address));
    }

    private static Attempt attempt(String email, String address) {
        String text = email.strip().toLowerCase(Locale.ROOT);
        return new Attempt(text.length() > 254 ? text.substring(0, 254) : text, address);
    }
}
