package dev.postern.db.domain;

import dev.postern.rollout.Phase;
import java.util.Optional;

/// Which of an organisation's domains are asked for.
///
/// @param phase     those in one phase; empty: in any
/// @param text      part of the name in A-labels, lower case; empty: any
/// @param attention those that stand out in one way; empty: all
public record DomainFilter(Optional<Phase> phase, String text, Optional<Attention> attention) {

    public static final DomainFilter ALL = new DomainFilter(Optional.empty(), "", Optional.empty());

    /// What makes a domain stand out. The first two are as the last look left them: looks come every few minutes, and
    /// whatever is done about a domain is decided anew.
    public enum Attention {
        /// The gate to enforce or to a longer `max_age` is open.
        READY,
        /// Something is broken that senders insist on under enforce.
        REFUSING,
        /// Reports of the last days tell of failed sessions.
        FAILURES
    }

    public DomainFilter in(Optional<Phase> other) {
        return new DomainFilter(other, text, attention);
    }
}
