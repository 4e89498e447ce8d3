package dev.postern.check;

import java.time.Instant;

/// Everything that one probe of a domain saw.
///
/// @param at               when the probe began
/// @param ownershipRecord  TXT at [dev.postern.setup.Installation#ownershipName]
/// @param stsRecord        TXT at `_mta-sts`
/// @param tlsRptRecord     TXT at `_smtp._tls`
/// @param policyHostCname  CNAME at `mta-sts`; absent also when the host has addresses of its own
/// @param mx               MX of the domain
/// @param policy           the fetched policy
public record Observation(Instant at, DnsAnswer ownershipRecord, DnsAnswer stsRecord, DnsAnswer tlsRptRecord,
                          DnsAnswer policyHostCname, DnsAnswer mx, PolicyFetch policy) {
}
