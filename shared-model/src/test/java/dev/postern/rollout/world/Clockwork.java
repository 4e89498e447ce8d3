package dev.postern.rollout.world;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Simulated time, in seconds since the world began, and what is to happen when.
final class Clockwork {

    static final long MINUTE = 60;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private record Due(long at, long order, Runnable what) {
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at)
            .thenComparingLong(Due::order));
    private long now;
    private long order;

    long now() {
        return now;
    }

    Instant instant() {
        return instant(now);
    }

    static Instant instant(long at) {
        return BEGINNING.plusSeconds(at);
    }

    static LocalDate day(long at) {
        return LocalDate.ofInstant(instant(at), ZoneOffset.UTC);
    }

    void in(long seconds, Runnable what) {
        due.add(new Due(now + seconds, order++, what));
    }

    void at(long at, Runnable what) {
        in(Math.max(0, at - now), what);
    }

    void run(long until) {
        while (!due.isEmpty() && due.peek().at() < until) {
            Due next = due.poll();
            now = next.at();
            next.what().run();
        }
        now = until;
    }
}
