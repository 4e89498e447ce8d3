package dev.postern.rollout.plan;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxHost;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Vantage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one vantage point saw ahead of a change. It tells of what is not published yet, so no check of the domain rests
/// on it.
///
/// @param hosts      hosts that are to become MXs
/// @param caa        by host, the CAA records that hold for it (RFC 8659 §3); absent where no name above has any
/// @param policyHost A and AAAA of the policy host
/// @param target     A and AAAA of where it is to be; empty when it does not move
/// @param place      the policy as fetched there, under the policy host's own name; likewise
public record PreflightLook(Instant at, Vantage vantage, List<MxHost> hosts, Map<String, DnsAnswer> caa,
                            DnsAnswer policyHost, Optional<DnsAnswer> target, Optional<PolicyFetch> place) {
    public PreflightLook {
        hosts = List.copyOf(hosts);
        caa = Map.copyOf(caa);
    }
}
