package dev.postern.db.report;

import dev.postern.tlsrpt.Authenticity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A stored report as listed.
///
/// @param counted    false for one whose name was taken by other content
/// @param authenticity what its signatures say
/// @param authentic  whether no stranger can have made it up: signed by its sender, or uploaded by a member
/// @param successful sessions of its widest policy type
/// @param failed     likewise
/// @param notes      what was forgiven in reading it, in words
public record StoredReport(UUID key, UUID domainId, String organizationName, String reportId, String policyDomain,
                           Instant start, Instant end, Instant receivedAt, String transport, String peer,
                           boolean counted, Authenticity authenticity, boolean authentic,
                           long successful, long failed, List<String> notes) {
    public StoredReport {
        notes = List.copyOf(notes);
    }
}
