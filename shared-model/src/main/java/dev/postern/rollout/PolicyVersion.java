package dev.postern.rollout;

import dev.postern.setup.PublishedPolicy;
import java.time.Instant;
import java.util.Optional;

/// A version of a domain's policy, and how far it got out.
///
/// @param servedAt    when a probe first saw it served from outside; empty until then
/// @param announcedAt when a probe first saw its id in the DNS while it was served; empty until then
/// @param replacedAt  when a probe first saw another policy in its place; empty while it is, or may be, served
public record PolicyVersion(PublishedPolicy published, Optional<Instant> servedAt, Optional<Instant> announcedAt,
                            Optional<Instant> replacedAt) {

    /// A version that was just published.
    public static PolicyVersion unseen(PublishedPolicy published) {
        return new PolicyVersion(published, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Whether the last probe that saw a policy saw this one.
    public boolean served() {
        return servedAt.isPresent() && replacedAt.isEmpty();
    }

    /// Whether it is served, and its id was seen in the DNS.
    public boolean announced() {
        return served() && announcedAt.isPresent();
    }
}
