package dev.postern.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/// The end of a policy (RFC 8461 §8.3): `mode: none` is served until no sender can still hold an older policy.
public final class Retirement {

    /// `max_age` of the policy that retires a domain: short, so that it is itself soon forgotten.
    public static final long MAX_AGE_SECONDS = 86_400;

    private Retirement() {
    }

    /// When record and policy host may go: a sender that fetched an older policy just before may hold it for that
    /// policy's whole `max_age`.
    ///
    /// @param retiringSince    when `mode: none` was published
    /// @param maxAgesPublished `max_age` of every policy ever published, in seconds
    public static Instant over(Instant retiringSince, Collection<Long> maxAgesPublished) {
        long longest = maxAgesPublished.stream().mapToLong(Long::longValue).max().orElse(MAX_AGE_SECONDS);
        return retiringSince.plus(Duration.ofSeconds(Math.max(longest, MAX_AGE_SECONDS)));
    }
}
