package dev.postern.rollout;

import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// What one sender's reports say of one day, in UTC.
///
/// @param organization the reporting organization as it names itself
/// @param authentic    whether they are signed by their sender, or were uploaded by a member
/// @param knownSince   when the first report with the same signature came to the organisation; empty where no
///                     signature was verified
/// @param reports      of which the sender applied the MTA-STS policy; 0 where it found none
/// @param sessions     under the policy, successful or not
/// @param failures     those that stand in the way of `enforce`
public record SenderDay(LocalDate day, String organization, boolean authentic, Optional<Instant> knownSince,
                        long reports, long sessions, List<Failure> failures) {

    /// @param mx       as the sender named it; empty where it did not
    /// @param sessions a failure without a count is one
    public record Failure(ResultType type, String mx, long sessions) {
    }

    public SenderDay {
        failures = List.copyOf(failures);
    }

    /// Whether it counts towards the watch. What anyone could have made up does not lead to `enforce` either: not a
    /// stranger's clean days, and least of all the day on which a stranger tells of failures that nobody confirms.
    boolean covers(Instant now) {
        return mayReset(now) && reports > 0;
    }

    /// Whether its failures reset the clock. Anyone can send a report to the address in the DNS, and sign it with a
    /// domain of their own; so a report counts for that only if a member vouched for it by uploading it, or if its
    /// signer has been known for [Watch#ACQUAINTANCE].
    boolean mayReset(Instant now) {
        return authentic && knownSince.map(since -> !since.isAfter(now.minus(Watch.ACQUAINTANCE))).orElse(true);
    }
}
