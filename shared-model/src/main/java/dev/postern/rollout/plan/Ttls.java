package dev.postern.rollout.plan;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// How long resolvers may keep a domain's records. A resolver tells what is left of a TTL, so the longest that was ever
/// seen counts.
///
/// @param longest in seconds; a missing one was never seen
public record Ttls(Map<Rrset, Long> longest) {

    /// Assumed where none was seen: few zones have a longer one.
    public static final Duration ASSUMED = Duration.ofDays(1);

    public static final Ttls NONE = new Ttls(Map.of());

    /// Records whose caching a plan waits out.
    public enum Rrset { MX, STS_RECORD, POLICY_HOST }

    public Ttls {
        longest = Map.copyOf(longest);
    }

    public Ttls after(Observation seen) {
        return after(Rrset.MX, seen.mx()).after(Rrset.STS_RECORD, seen.stsRecord())
                .after(Rrset.POLICY_HOST, seen.policyHostCname());
    }

    public Ttls after(PreflightLook seen) {
        return after(Rrset.POLICY_HOST, seen.policyHost());
    }

    private Ttls after(Rrset rrset, DnsAnswer answer) {
        if (!(answer instanceof DnsAnswer.Found(var _, var ttl)) || longest.getOrDefault(rrset, -1L) >= ttl) {
            return this;
        }
        var after = new EnumMap<Rrset, Long>(Rrset.class);
        after.putAll(longest);
        after.put(rrset, ttl);
        return new Ttls(after);
    }

    public boolean seen(Rrset rrset) {
        return longest.containsKey(rrset);
    }

    /// The longest seen, else [#ASSUMED].
    public Duration of(Rrset rrset) {
        return longest.containsKey(rrset) ? Duration.ofSeconds(longest.get(rrset)) : ASSUMED;
    }

    /// `TTL of 1 hour`, `TTL, taken to be 1 day as none was seen`.
    String words(Rrset rrset) {
        return seen(rrset) ? "TTL of " + Saying.span(of(rrset))
                : "TTL, taken to be " + Saying.span(of(rrset)) + " as none was seen";
    }
}
