package dev.postern.ingest.log;

import java.util.UUID;

/// Where a report came to.
public sealed interface Destination {

    /// The address of one domain.
    ///
    /// @param token empty where a stranger's message has none
    record Address(String token) implements Destination {
    }

    /// An organisation itself, from an import or a mailbox of its own; the report says which of its domains it is about.
    record Organisation(UUID tenant) implements Destination {
    }
}
