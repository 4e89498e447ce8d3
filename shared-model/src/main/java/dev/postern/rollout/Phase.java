package dev.postern.rollout;

import dev.postern.mtasts.Mode;
import java.util.Optional;

/// A domain's phase of the rollout.
public enum Phase {
    /// Nothing is promised yet: ownership, records and policy are being put in place.
    SETUP("Setup", null),
    /// The policy says `testing`: senders deliver all the same and report what failed.
    TESTING("Testing", Mode.TESTING),
    /// The policy says `enforce`: senders refuse to deliver over a connection that fails it.
    ENFORCE("Enforce", Mode.ENFORCE),
    /// The policy says `none`, and senders' caches run out (RFC 8461 §8.3).
    RETIRING("Retiring", Mode.NONE),
    /// Retired: no sender holds a policy any more; record and host may go.
    NONE("Retired", null);

    private final String title;
    private final Mode mode;

    Phase(String title, Mode mode) {
        this.title = title;
        this.mode = mode;
    }

    /// The word people see.
    public String title() {
        return title;
    }

    /// The mode that the policy of this phase carries; empty while no policy is served.
    public Optional<Mode> mode() {
        return Optional.ofNullable(mode);
    }
}
