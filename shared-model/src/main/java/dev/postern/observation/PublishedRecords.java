package dev.postern.observation;

import java.time.Instant;
import java.util.List;

/// What a mail domain or an MX host publishes for Postern: all that a probe of a registered MX host asks.
///
/// @param at              when the probe began
/// @param ownershipRecord TXT at [dev.postern.setup.Installation#ownershipName]
/// @param tlsRptRecord    TXT at `_smtp._tls`
/// @param destinations    each address of the TLSRPT record
public record PublishedRecords(Instant at, Vantage vantage, DnsAnswer ownershipRecord, DnsAnswer tlsRptRecord,
                               List<ReportDestination> destinations) {
    public PublishedRecords {
        destinations = List.copyOf(destinations);
    }
}
