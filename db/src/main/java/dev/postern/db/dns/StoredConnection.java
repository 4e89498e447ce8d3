package dev.postern.db.dns;

import dev.postern.dnsrecord.DnsConnection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A connection and what it is used for. Its key or token is not in it.
///
/// @param domains whose records are written through it, in A-labels, by name
public record StoredConnection(UUID id, DnsConnection connection, Instant createdAt, String createdBy,
                               List<String> domains) {
    public StoredConnection {
        domains = List.copyOf(domains);
    }
}
