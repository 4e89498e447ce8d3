package dev.postern.rollout.plan;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.HostName;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Step;
import dev.postern.rollout.plan.PlanStep.Act;
import dev.postern.rollout.plan.PlanStep.Doer;
import dev.postern.rollout.plan.PlanStep.Line;
import dev.postern.rollout.plan.Ttls.Rrset;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.SetupPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Steps at the policy and its id. The body goes first, then the id (RFC 8461 §8.1).
final class PolicySteps {

    /// How long a sender may keep a message in its queue, with the mail servers that it found when it took it: the
    /// give-up time is at least 4 to 5 days (RFC 5321 §4.5.4.1).
    static final Duration QUEUE = Duration.ofDays(5);

    private PolicySteps() {
    }

    /// A `max_age` of a day, ahead of everything else.
    record Shorten() implements Rule {
        @Override
        public String id() {
            return "shorten";
        }

        @Override
        public PlanStep step(World world) {
            boolean published = world.policy().filter(Shorten::isShort).isPresent();
            return new PlanStep(id(), "Shorten max_age to 1 day", "Publish the policy with a max_age of a day, and its id "
                    + "in the next step with it. Lengthen it again when the change is done.",
                    published ? lines(world) : List.of(), "A mistake on the way then lasts a day at senders that fetch the "
                    + "policy from now on, instead of " + Saying.span(world.longestHeld()) + ". Those that fetched it before "
                    + "hold it for as long as it said then (RFC 8461 §3.2).", Doer.POSTERN,
                    "A probe finds the policy served with a max_age of at most a day.",
                    published ? Optional.empty() : Optional.of(new Act.Take(Step.SHORTEN)));
        }

        private static boolean isShort(StsPolicy policy) {
            return policy.mode() != Mode.ENFORCE || policy.maxAgeSeconds() <= MaxAge.DAY.seconds();
        }

        @Override
        public Sight sight(World world) {
            return world.policy().filter(Shorten::isShort).isPresent() ? served(world, "says at most a day, or is not in "
                    + "enforce") : new Sight.NotYet("The policy's max_age is " + Saying.span(Duration.ofSeconds(world.policy()
                    .map(StsPolicy::maxAgeSeconds).orElse(0L))) + ".");
        }
    }

    /// A policy that names these hosts beside those it named.
    record Widen(List<HostName> hosts) implements Rule {
        @Override
        public String id() {
            return "policy";
        }

        private static boolean names(StsPolicy policy, List<HostName> hosts) {
            return policy.mode() != Mode.NONE && hosts.stream().allMatch(policy::covers);
        }

        private List<MxPattern> wanted(World world) {
            var mx = new LinkedHashSet<>(world.policy().map(StsPolicy::mx).orElse(List.of()));
            hosts.stream().filter(host -> mx.stream().noneMatch(pattern -> pattern.matches(host)))
                    .map(host -> new MxPattern(host.ascii())).forEach(mx::add);
            return List.copyOf(mx);
        }

        @Override
        public PlanStep step(World world) {
            boolean published = world.policy().filter(policy -> names(policy, hosts)).isPresent();
            return publishing(this, world, "Name " + Saying.hosts(hosts) + " in the policy", "Publish the policy with "
                    + Saying.hosts(hosts) + " beside the mail servers that it names now.", wanted(world), published,
                    "Senders must find a policy that names the new MX before they find the MX (RFC 8461 §8.1). Naming one "
                    + "that is not in DNS yet does no harm.");
        }

        @Override
        public Sight sight(World world) {
            if (world.policy().filter(policy -> names(policy, hosts)).isPresent()) {
                return served(world, "names " + Saying.hosts(hosts));
            }
            return new Sight.Against(capital(world.version()) + " does not name " + Saying.hosts(hosts.stream()
                    .filter(host -> world.policy().filter(policy -> policy.covers(host)).isEmpty()).toList()) + ".");
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// A policy without hosts that have left.
    record Narrow(List<HostName> leaving, List<HostName> arriving) implements Rule {
        @Override
        public String id() {
            return "policy-narrow";
        }

        /// Patterns that stand for nothing but hosts that have left go.
        private List<MxPattern> wanted(World world) {
            var staying = Stream.concat(world.mx().stream().filter(host -> !leaving.contains(host)), arriving.stream())
                    .toList();
            return world.policy().map(StsPolicy::mx).orElse(List.of()).stream()
                    .filter(pattern -> leaving.stream().noneMatch(pattern::matches)
                            || staying.stream().anyMatch(pattern::matches)).toList();
        }

        private boolean published(World world) {
            return world.policy().filter(policy -> policy.mx().equals(wanted(world))).isPresent();
        }

        @Override
        public PlanStep step(World world) {
            return publishing(this, world, "Take " + Saying.hosts(leaving) + " out of the policy", "Publish the policy "
                    + "without " + Saying.hosts(leaving) + ". After that the old servers may be turned off.", wanted(world),
                    published(world), "As long as the policy names a host, whoever comes to hold that name may take your mail. "
                    + "It goes last: resolvers keep the old MX record for its " + world.ttls().words(Rrset.MX)
                    + ", and a sender may have mail in its queue for the old server for up to "
                    + Saying.span(QUEUE) + " (RFC 5321 §4.5.4.1).");
        }

        @Override
        public Opening opens(World world, Instant previous) {
            var still = leaving.stream().filter(world::anywhere).toList();
            return !still.isEmpty() ? new Opening.Blocked(Saying.hosts(still) + " is an MX: a policy without it would have "
                    + "senders refuse it.") : Opening.from(estimate(world, previous), world.now(),
                    "Resolvers keep the old MX records for their " + world.ttls().words(Rrset.MX) + ", and senders may have "
                    + "mail for the old servers in their queues for up to " + Saying.span(QUEUE)
                    + " (RFC 5321 §4.5.4.1).");
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return previous.plus(world.ttls().of(Rrset.MX)).plus(QUEUE);
        }

        @Override
        public Sight sight(World world) {
            return published(world) ? served(world, "does not name " + Saying.hosts(leaving) + " any more")
                    : new Sight.NotYet(capital(world.version()) + " still names " + Saying.hosts(leaving) + ".");
        }
    }

    /// The newest policy's id in DNS.
    record Announce(String id) implements Rule {
        @Override
        public PlanStep step(World world) {
            boolean served = world.newest().filter(PolicyVersion::served).isPresent();
            return new PlanStep(id, "Announce the new policy", "Put the id of " + world.version()
                    + " into the record at _mta-sts." + world.name() + ".", served ? lines(world) : List.of(),
                    "Senders that hold an older policy fetch the new one when the id changes, and look for that at least "
                    + "daily (RFC 8461 §3.3). The id goes out only when the policy is seen served: a sender that came "
                    + "between would keep the old policy under the new id (§8.1).", Doer.YOU,
                    "Every probe finds the id in DNS while the policy is served.", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            return switch (world.trail().progress()) {
                case OUT -> new Sight.Seen("The id of " + world.version() + " is in DNS since "
                        + Saying.time(world.newest().flatMap(PolicyVersion::announcedAt).orElseThrow()) + ".");
                case ID_AWAITED -> new Sight.NotYet("The id of " + world.version() + " is not in DNS yet.");
                case POLICY_AWAITED -> new Sight.NotYet(capital(world.version()) + " is not seen served.");
                case NOTHING -> new Sight.NotYet("No policy is published.");
            };
        }
    }

    /// `none`, with a short `max_age` (RFC 8461 §8.3).
    record None() implements Rule {
        @Override
        public String id() {
            return "policy";
        }

        @Override
        public PlanStep step(World world) {
            boolean published = world.policy().filter(policy -> policy.mode() == Mode.NONE).isPresent();
            return new PlanStep(id(), "Publish a policy that says none", "Publish mode none with a max_age of a day. From then "
                    + "on senders that see it treat " + world.domain().name().unicode() + " as if it had no policy.",
                    published ? lines(world) : List.of(), "Taking record and host away at once would leave senders with the "
                    + "policy they hold, and nothing to tell them otherwise (RFC 8461 §8.3).", Doer.POSTERN,
                    "A probe finds the policy in mode none served.",
                    published ? Optional.empty() : Optional.of(new Act.Take(Step.RETIRE)));
        }

        @Override
        public Sight sight(World world) {
            if (world.policy().filter(policy -> policy.mode() == Mode.NONE).isEmpty()) {
                return new Sight.Against("The newest policy, " + world.version() + ", says " + world.policy()
                        .map(policy -> policy.mode().wire()).orElse("nothing") + ".");
            }
            return world.newest().flatMap(PolicyVersion::servedAt).<Sight>map(at -> new Sight.Seen(capital(world.version())
                    + " says none, and was seen served at " + Saying.time(at) + "."))
                    .orElseGet(() -> new Sight.NotYet(capital(world.version()) + " is not seen served yet."));
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// The id of the last policy. Once it was seen it does not matter that record or host have gone since.
    record AnnounceNone() implements Rule {
        @Override
        public String id() {
            return "id";
        }

        @Override
        public PlanStep step(World world) {
            return new Announce(id()).step(world);
        }

        @Override
        public Sight sight(World world) {
            return world.newest().filter(version -> version.announcedAt().isPresent()).<Sight>map(version ->
                    new Sight.Seen("The id of " + world.version() + " was seen in DNS at "
                            + Saying.time(version.announcedAt().orElseThrow()) + "."))
                    .orElseGet(() -> new Announce(id()).sight(world));
        }
    }

    private static PlanStep publishing(Rule rule, World world, String title, String what, List<MxPattern> mx,
                                       boolean published, String why) {
        var lines = new ArrayList<Line>();
        if (!published && !mx.isEmpty()) {
            world.policy().filter(policy -> policy.mode() != Mode.NONE).map(policy -> new StsPolicy(policy.mode(),
                    policy.maxAgeSeconds(), mx, Map.of())).ifPresent(policy -> lines.add(new Line("Policy", policy.render())));
        } else if (world.domain().hosting() == PolicyHosting.CUSTOMER) {
            lines.addAll(file(world));
        }
        String done = !published ? "" : world.domain().hosting() == PolicyHosting.CUSTOMER
                ? " It is published in Postern: put the file on your web server." : " It is published.";
        return new PlanStep(rule.id(), title, what + done, lines, why, Doer.POSTERN, "A probe fetches it as a sender would.",
                published || mx.isEmpty() ? Optional.empty() : Optional.of(new Act.Publish(mx)));
    }

    /// Whether the newest policy, which is as it should be, is found by senders.
    private static Sight served(World world, String how) {
        PolicyVersion newest = world.newest().orElseThrow();
        if (newest.replacedAt().isPresent()) {
            return new Sight.Against("Senders no longer find " + world.version() + ": something else is served since "
                    + Saying.time(newest.replacedAt().get()) + ".");
        }
        return newest.servedAt().<Sight>map(at -> new Sight.Seen(capital(world.version()) + " " + how
                + ", and is served since " + Saying.time(at) + ".")).orElseGet(() -> new Sight.NotYet(
                capital(world.version()) + " " + how + "; no probe has seen it served yet."));
    }

    /// The file for a web server of the domain's own, else the record for the id.
    private static List<Line> lines(World world) {
        boolean served = world.newest().filter(PolicyVersion::served).isPresent();
        return !served ? world.domain().hosting() == PolicyHosting.CUSTOMER ? file(world) : List.of()
                : world.trail().progress() == PolicyTrail.Progress.NOTHING ? List.of() : List.of(
                new Line("Name", world.domain().name().child("_mta-sts")), new Line("Type", "TXT"), new Line("Value",
                new StsRecord(world.newest().orElseThrow().published().id(), Map.of()).render()));
    }

    static List<Line> file(World world) {
        return world.policy().map(policy -> List.of(new Line("Address", SetupPlan.policyUrl(world.domain().name())),
                new Line("File", policy.render()))).orElse(List.of());
    }

    static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
