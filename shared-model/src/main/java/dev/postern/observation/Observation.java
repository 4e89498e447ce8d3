package dev.postern.observation;

import java.time.Instant;
import java.util.List;

/// Everything that one probe of a domain saw from one vantage point.
///
/// @param at              when the probe began
/// @param ownershipRecord TXT at [dev.postern.setup.Installation#ownershipName]
/// @param stsRecord       TXT at `_mta-sts`
/// @param tlsRptRecord    TXT at `_smtp._tls`
/// @param policyHostCname CNAME at `mta-sts`; absent also when the host has addresses of its own
/// @param mx              MX of the domain, a host for each record, in order of preference
/// @param domainAddresses A and AAAA of the domain itself: without an MX, mail goes there (RFC 5321 §5.1)
/// @param dnssec          of the MX answer
/// @param policy          the fetched policy
/// @param mxHosts         each MX host, or the domain itself where that is the implicit MX
/// @param destinations    each address of the TLSRPT record
/// @param foundation      the layers below
public record Observation(Instant at, Vantage vantage, DnsAnswer ownershipRecord, DnsAnswer stsRecord,
                          DnsAnswer tlsRptRecord, DnsAnswer policyHostCname, DnsAnswer mx, DnsAnswer domainAddresses,
                          Dnssec dnssec, PolicyFetch policy, List<MxHost> mxHosts,
                          List<ReportDestination> destinations, FoundationAnswers foundation) {
    public Observation {
        mxHosts = List.copyOf(mxHosts);
        destinations = List.copyOf(destinations);
    }

    /// What is published for Postern.
    public PublishedRecords published() {
        return new PublishedRecords(at, vantage, ownershipRecord, tlsRptRecord, destinations);
    }
}
