package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.MxStanding;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that the exposure of one domain is told from.
///
/// @param failingSince since when each check fails; the others are not in it
/// @param mxs          each MX as last seen, in order of preference
/// @param ttl          of the `_mta-sts` record; empty where none was seen
/// @param fetchers     who fetched the domain's policy from the policy host
/// @param reported     what senders reported of the last days
public record ExposureFacts(Facts rollout, Map<Check, Instant> failingSince, List<MxStanding> mxs,
                            Optional<Duration> ttl, List<Fetcher> fetchers, List<SenderDay> reported,
                            List<SetAside> setAsides) {

    public ExposureFacts {
        failingSince = Map.copyOf(failingSince);
        mxs = List.copyOf(mxs);
        fetchers = List.copyOf(fetchers);
        reported = List.copyOf(reported);
        setAsides = List.copyOf(setAsides);
    }

    /// The longest TTL of the `_mta-sts` record that a vantage point was told. A resolver that has cached the record
    /// tells what is left, so that it may be longer in truth.
    public static Optional<Duration> ttl(List<Observation> seen) {
        return seen.stream().map(Observation::stsRecord)
                .flatMap(answer -> answer instanceof DnsAnswer.Found(var _, long ttl)
                        ? Optional.of(Duration.ofSeconds(ttl)).stream() : Optional.<Duration>empty().stream())
                .max(Comparator.naturalOrder());
    }
}
