package dev.postern.app.dns;

import java.util.UUID;

/// Who writes the DNS records of a domain, as a person chooses it.
public sealed interface Writer {

    record ByHand() implements Writer {
    }

    record Delegated() implements Writer {
    }

    record Connection(UUID id) implements Writer {
    }
}
