package dev.postern.rollout;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Every policy of a domain that senders may have fetched, and how long they may hold it.
///
/// A sender keeps a policy for `max_age` after it fetched it (RFC 8461 §3.2), and may have fetched it until another one
/// was in its place. What no probe has seen replaced is therefore taken for served: this errs on the side of a policy
/// being held for longer.
///
/// @param versions Postern's, newest first
/// @param foreign  policies seen served that are none of Postern's
public record PolicyTrail(List<PolicyVersion> versions, List<ForeignPolicy> foreign) {

    /// How long it takes a policy host at most to serve what was published.
    private static final Duration ON_ITS_WAY = Duration.ofHours(1);

    /// A look takes a while, and several policy hosts do not change in the same moment: one may be asked for the older
    /// policy for so long after a look that saw the newer one began.
    private static final Duration LINGERS = Duration.ofHours(1);

    /// Of a domain without a policy.
    public static final PolicyTrail EMPTY = new PolicyTrail(List.of(), List.of());

    public PolicyTrail {
        versions = versions.stream().sorted(Comparator.comparingInt((PolicyVersion version) ->
                version.published().version()).reversed()).toList();
        foreign = List.copyOf(foreign);
    }

    /// How far the newest version is on its way out. The order is RFC 8461 §8.1's: the policy first, then its id.
    public enum Progress {
        /// Nothing was published.
        NOTHING,
        /// No probe has seen the newest version served.
        POLICY_AWAITED,
        /// It is served; its id is not in the DNS yet.
        ID_AWAITED,
        /// It is served, and its id was seen in the DNS.
        OUT
    }

    public Optional<PolicyVersion> newest() {
        return versions.stream().findFirst();
    }

    public Progress progress() {
        return newest().map(version -> !version.served() ? Progress.POLICY_AWAITED
                : version.announced() ? Progress.OUT : Progress.ID_AWAITED).orElse(Progress.NOTHING);
    }

    /// The trail after a probe saw this policy served.
    ///
    /// @param policy what a sender would have read
    /// @param id     what the DNS announced at the same time; empty where it could not be told or none was there
    public PolicyTrail seen(StsPolicy policy, Optional<String> id, Instant at) {
        var equal = versions.stream().filter(version -> version.published().policy().equals(policy)).toList();
        // One that was published while the look went on can be what it saw; an older one of the same words goes first.
        Optional<PolicyVersion> own = equal.stream().filter(version -> !version.published().createdAt().isAfter(at))
                .findFirst().or(() -> equal.reversed().stream().findFirst());
        var after = new ArrayList<PolicyVersion>();
        for (PolicyVersion version : versions) {
            if (own.filter(version::equals).isPresent()) {
                boolean announced = id.filter(version.published().id()::equals).isPresent();
                after.add(new PolicyVersion(version.published(), version.servedAt().or(() -> Optional.of(at)),
                        version.announcedAt().or(() -> announced ? Optional.of(at) : Optional.empty()),
                        Optional.empty()));
            } else if (own.filter(served -> served.published().version() < version.published().version()).isPresent()
                    && version.servedAt().isEmpty()) {
                // Published, and not served anywhere yet.
                after.add(version);
            } else {
                after.add(own.isEmpty() && version.servedAt().isEmpty() ? version
                        : new PolicyVersion(version.published(), version.servedAt(), version.announcedAt(),
                                version.replacedAt().or(() -> Optional.of(at))));
            }
        }
        var others = new ArrayList<>(foreign.stream().map(each -> each.policy().equals(policy) && own.isEmpty()
                ? new ForeignPolicy(each.policy(), each.firstSeenAt(), Optional.empty())
                : new ForeignPolicy(each.policy(), each.firstSeenAt(), each.replacedAt().or(() -> Optional.of(at))))
                .toList());
        if (own.isEmpty() && foreign.stream().noneMatch(each -> each.policy().equals(policy))) {
            others.add(new ForeignPolicy(policy, at, Optional.empty()));
        }
        return new PolicyTrail(after, others);
    }

    /// The trail after a probe saw that there is no policy: the policy host is gone, or says that it has none. What could
    /// not be told, such as a timeout, is no reason to think so; nor is a version that is only on its way.
    public PolicyTrail gone(Instant at) {
        return new PolicyTrail(versions.stream().map(version -> version.servedAt().isEmpty()
                && version.published().createdAt().plus(ON_ITS_WAY).isAfter(at) ? version : new PolicyVersion(version.published(), version.servedAt(), version.announcedAt(),
                        version.replacedAt().or(() -> Optional.of(at)))).toList(),
                foreign.stream().map(each -> new ForeignPolicy(each.policy(), each.firstSeenAt(),
                        each.replacedAt().or(() -> Optional.of(at)))).toList());
    }

    /// Every policy that a sender may hold now, Postern's newest first.
    public List<HeldPolicy> held(Instant now) {
        return Stream.concat(versions.stream().map(version -> held(version.published().policy(),
                                Optional.of(version.published().version()), version.replacedAt())),
                        foreign.stream().map(each -> held(each.policy(), Optional.<Integer>empty(), each.replacedAt())))
                .filter(each -> each.until().map(now::isBefore).orElse(true)).toList();
    }

    private static HeldPolicy held(StsPolicy policy, Optional<Integer> version, Optional<Instant> replacedAt) {
        return new HeldPolicy(policy, version, replacedAt.map(at -> at.plus(LINGERS)
                .plusSeconds(policy.maxAgeSeconds())));
    }

    /// Those of them under which a sender refuses to deliver to this MX (RFC 8461 §4.1, §5).
    public List<HeldPolicy> refusing(HostName mx, Instant now) {
        return held(now).stream().filter(each -> each.policy().mode() == Mode.ENFORCE && !each.policy().covers(mx))
                .toList();
    }

    /// Whether a sender may refuse mail over a connection that fails: one holds a policy in `enforce`.
    public boolean enforced(Instant now) {
        return held(now).stream().anyMatch(each -> each.policy().mode() == Mode.ENFORCE);
    }

    /// When no sender can hold any policy but `none` any more; empty while another one is, or may be, served.
    public Optional<Instant> forgottenAt() {
        var others = held(Instant.MIN).stream().filter(each -> each.policy().mode() != Mode.NONE).toList();
        return others.stream().anyMatch(each -> each.until().isEmpty()) ? Optional.empty()
                : others.stream().map(each -> each.until().orElseThrow()).max(Comparator.naturalOrder())
                .or(() -> newest().flatMap(PolicyVersion::servedAt));
    }
}
