package dev.postern.rollout;

import dev.postern.mtasts.StsPolicy;
import java.time.Instant;
import java.util.Optional;

/// A policy that senders may hold in their caches now.
///
/// @param version of Postern's; empty for a policy that came from elsewhere
/// @param until   the last moment at which a sender that fetched it just before it was replaced still holds it
///                (RFC 8461 §3.2); empty while it is served, so that senders fetch it anew
public record HeldPolicy(StsPolicy policy, Optional<Integer> version, Optional<Instant> until) {

    /// For sentences: "version 3", "a policy from elsewhere".
    public String name() {
        return version.map(number -> "version " + number).orElse("a policy from elsewhere");
    }
}
