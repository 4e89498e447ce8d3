package dev.postern.stream;

import java.time.Instant;
import java.util.List;

/// Who fetched the policy of one domain within a few seconds, as the policy host counted it.
///
/// @param domain the policy domain, in A-labels
public record PolicyFetches(String domain, List<Fetcher> fetchers) {

    /// Longest user agent that is kept, in characters.
    public static final int MAX_AGENT = 200;

    /// Programs of one network that fetched one version of the policy.
    ///
    /// @param network    of the client, never its address: `192.0.2.0/24` or `2001:db8:1::/48`. Empty for all those
    ///                   together that were too many to be listed
    /// @param userAgent  as the client called itself, without control characters, at most [#MAX_AGENT] characters;
    ///                   empty where it did not, or where `network` is
    /// @param bodySha256 of the policy that was served, in hex
    /// @param fetches    how many times, at least once
    /// @param firstAt    the first of them
    /// @param lastAt     the last of them
    public record Fetcher(String network, String userAgent, String bodySha256, long fetches, Instant firstAt,
                          Instant lastAt) {
    }

    public PolicyFetches {
        fetchers = List.copyOf(fetchers);
    }
}
