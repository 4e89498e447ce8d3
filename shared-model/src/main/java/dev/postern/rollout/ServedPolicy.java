package dev.postern.rollout;

import dev.postern.mtasts.StsPolicy;
import dev.postern.observation.PolicyFetch;
import java.time.Instant;
import java.util.Optional;

/// What a sender would have made of an answer of the policy host.
public sealed interface ServedPolicy {

    /// @param policy that it would hold from now on
    record Some(StsPolicy policy) implements ServedPolicy {
    }

    /// There is none: no such host, or no such file.
    record None() implements ServedPolicy {
    }

    /// It could not be told, or is no valid policy: senders keep what they hold (RFC 8461 §5.1).
    record Unknown() implements ServedPolicy {
    }

    int OK = 200;
    int NOT_FOUND = 404;
    int GONE = 410;

    static ServedPolicy of(PolicyFetch fetch) {
        return switch (fetch) {
            case PolicyFetch.Answered answered when answered.status() == OK -> StsPolicy.parse(answered.body())
                    .asOptional().<ServedPolicy>map(Some::new).orElseGet(Unknown::new);
            case PolicyFetch.Answered answered -> answered.status() == NOT_FOUND || answered.status() == GONE ? new None()
                    : new Unknown();
            case PolicyFetch.Failed failed -> failed.fault() == PolicyFetch.Fault.NO_ADDRESS ? new None() : new Unknown();
        };
    }

    /// @param id what the DNS announced at the same time; empty where it could not be told or none was there
    default PolicyTrail after(PolicyTrail trail, Optional<String> id, Instant at) {
        return switch (this) {
            case Some(var policy) -> trail.seen(policy, id, at);
            case None() -> trail.gone(at);
            case Unknown() -> trail;
        };
    }
}
