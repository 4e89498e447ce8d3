package dev.postern.rollout;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// What one sender's reports say of one day, in UTC, under MTA-STS.
///
/// @param authentic        whether they are signed by their sender, or were uploaded by a member
/// @param knownSince       when the first report with the same signature came to the organisation; empty where no
///                         signature was verified
/// @param sessions         successful or not
/// @param blockingFailures failed sessions that `enforce` would have refused; a failure without a count is one
public record SenderDay(LocalDate day, boolean authentic, Optional<Instant> knownSince, long reports, long sessions,
                        long blockingFailures) {

    /// Whether its failures reset the clock. Anyone can send a report to the address in the DNS, and sign it with a
    /// domain of their own; so a report counts for that only if a member vouched for it by uploading it, or if its
    /// signer has been known for [Watch#ACQUAINTANCE].
    boolean mayReset(Instant now) {
        return authentic && knownSince.map(since -> !since.isAfter(now.minus(Watch.ACQUAINTANCE))).orElse(true);
    }
}
