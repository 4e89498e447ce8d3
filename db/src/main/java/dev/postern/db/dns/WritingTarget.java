package dev.postern.db.dns;

import java.util.UUID;

/// Where Postern writes a domain's records.
public sealed interface WritingTarget {

    /// Into the domain's own zone.
    record Connection(UUID id) implements WritingTarget {
    }

    /// Into a zone of Postern's.
    record Delegation(String zone) implements WritingTarget {
    }
}
