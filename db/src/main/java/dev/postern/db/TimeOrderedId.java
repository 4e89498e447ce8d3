package dev.postern.db;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/// Makes UUIDs of version 7 (RFC 9562 §5.7): milliseconds first, then 74 random bits.
///
/// Rows that come in together then lie together in an index. Under random keys, each row dirties a page of its own, which
/// PostgreSQL writes to its log whole after each checkpoint: the more is stored, the more each row costs.
public final class TimeOrderedId {

    private static final SecureRandom RANDOM = new SecureRandom();

    private TimeOrderedId() {
    }

    public static UUID now() {
        return of(Instant.now(), RANDOM.nextLong(), RANDOM.nextLong());
    }

    static UUID of(Instant time, long random, long more) {
        return new UUID(time.toEpochMilli() << 16 | 0x7000 | random & 0xfff, 1L << 63 | more >>> 2);
    }
}
