package dev.postern.rollout.plan;

import dev.postern.name.HostName;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.plan.Ttls.Rrset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The world moves against a plan, or against what senders hold.
public sealed interface Alarm {

    /// Names the cause among those of the domain, so that it is told once.
    String cause();

    String title();

    /// What is so, and for how long.
    String what();

    /// What to do now, the best first.
    List<String> remedies();

    /// An MX is in DNS that a policy which senders hold in enforce does not name: they refuse it.
    ///
    /// @param until when the last such sender has forgotten that policy; empty while it is served
    /// @param what  what is so, and for how long
    record MxRefused(HostName mx, Optional<Instant> until, String what, List<String> remedies) implements Alarm {
        public MxRefused {
            remedies = List.copyOf(remedies);
        }

        @Override
        public String cause() {
            return "mx-refused " + mx;
        }

        @Override
        public String title() {
            return "Senders refuse " + mx + ", which is an MX now";
        }
    }

    /// A step that was done no longer is.
    ///
    /// @param step id of the step
    record Undone(String step, String title, String what, List<String> remedies) implements Alarm {
        public Undone {
            remedies = List.copyOf(remedies);
        }

        @Override
        public String cause() {
            return "undone " + step;
        }
    }

    /// Each MX that some sender refuses, whether or not a plan is under way.
    static List<Alarm> of(World world) {
        return world.mx().stream().map(mx -> refused(mx, world.trail().refusing(mx, world.now()), world))
                .flatMap(Optional::stream).toList();
    }

    private static Optional<Alarm> refused(HostName mx, List<HeldPolicy> refusing, World world) {
        if (refusing.isEmpty()) {
            return Optional.empty();
        }
        boolean served = refusing.stream().anyMatch(held -> held.until().isEmpty());
        Optional<Instant> until = served ? Optional.empty() : refusing.stream().map(held -> held.until().orElseThrow())
                .max(Comparator.naturalOrder());
        long longest = refusing.stream().mapToLong(held -> held.policy().maxAgeSeconds()).max().orElseThrow();
        String which = refusing.stream().map(held -> held.name() + held.until().map(at -> ", held until " + Saying.time(at))
                .orElse(", which is, or may be, served now, and is held for " + Saying.span(Duration.ofSeconds(held.policy().maxAgeSeconds()))
                        + " after each fetch")).collect(Collectors.joining("; "));
        String what = "In enforce, and without " + mx + ": " + which + ". A sender that holds it does not deliver to " + mx
                + "; it tries the other MXs, else keeps the message and tries again (RFC 8461 §4.1, §5).";
        var remedies = new ArrayList<String>();
        remedies.add("Take the MX record of " + mx + " out of DNS again now. Resolvers forget it within its "
                + world.ttls().words(Rrset.MX) + ".");
        boolean named = world.policy().filter(policy -> policy.covers(mx)).isPresent();
        boolean out = named && world.trail().progress() == PolicyTrail.Progress.OUT;
        String rest = "The rest refuse it until " + until.map(Saying::time).orElse("up to "
                + Saying.span(Duration.ofSeconds(longest)) + " after it is served") + ".";
        String abiding = "senders that abide by RFC 8461 §5.1 look for a new id before they refuse, and recover within the "
                + world.ttls().words(Rrset.STS_RECORD) + " of the record at _mta-sts. ";
        remedies.add(out ? "Or wait: the newest policy names it and is announced, so " + abiding + rest
                : (named ? "Or announce the newest policy, which names it: once its id is out, "
                : "Or publish the policy with " + mx + ", then its id: ") + abiding + rest);
        return Optional.of(new MxRefused(mx, until, what, remedies));
    }
}
