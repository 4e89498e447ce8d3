package dev.postern.rollout;

import java.time.Instant;
import java.util.Optional;

/// Programs of one network that fetched one version of a domain's policy from the policy host.
///
/// @param network   `192.0.2.0/24`, `2001:db8:1::/48`; empty for all those together that are not listed one by one
/// @param userAgent as the client called itself; empty where it did not, or where `network` is
/// @param version   of the policy that was served; empty for one that is no longer kept
/// @param fetches   how many times
public record Fetcher(Optional<String> network, String userAgent, Optional<Integer> version, long fetches,
                      Instant firstAt, Instant lastAt) {

    /// Whether both are one client, as far as can be told.
    boolean sameClient(Fetcher other) {
        return network.isPresent() && network.equals(other.network) && userAgent.equals(other.userAgent);
    }
}
