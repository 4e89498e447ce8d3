package dev.postern.observation;

import java.time.Instant;
import java.util.List;

/// What a probe saw of one MX host. It tells nothing of any domain, so one probe serves every domain that names the
/// host.
///
/// @param host      in A-labels, without trailing dot
/// @param at        when the probe of this host began; may be older than that of the domain
/// @param alias     CNAME at the host; an MX must not be one (RFC 5321 §5.1)
/// @param addresses A and AAAA, as literals, IPv4 first
/// @param endpoints the dialogue with each address that was asked
public record MxHost(String host, Instant at, DnsAnswer alias, DnsAnswer addresses, List<MxEndpoint> endpoints,
                     Tlsa tlsa) {
    public MxHost {
        endpoints = List.copyOf(endpoints);
    }
}
