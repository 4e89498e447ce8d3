package dev.postern.rollout.plan;

import dev.postern.mtasts.Mode;
import dev.postern.name.HostName;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.plan.PlanStep.Doer;
import dev.postern.rollout.plan.PlanStep.Line;
import dev.postern.rollout.plan.Ttls.Rrset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Steps at the mail servers and in the MX records.
final class MxSteps {

    /// Senders look at the record at least daily (RFC 8461 §3.3).
    private static final Duration DAILY = Duration.ofDays(1);
    private static final int PREFERENCE = 20;

    private MxSteps() {
    }

    /// The new hosts do what senders insist on, before anything names them.
    record Ready(List<HostName> hosts) implements Rule {
        @Override
        public String id() {
            return "preflight";
        }

        @Override
        public PlanStep step(World world) {
            String names = Saying.hosts(hosts);
            return new PlanStep(id(), "Make " + names + " ready", "Have " + names + " take mail for "
                    + world.domain().name().unicode() + " on port 25, with STARTTLS, TLS 1.2 or newer, and at every address a "
                    + "certificate of a public authority that names the host.", List.of(),
                    "Under enforce, senders deliver only over TLS with a valid certificate for the MX's own name "
                    + "(RFC 8461 §4.2). Better to find out before mail depends on it.", Doer.YOU,
                    "A probe speaks SMTP with " + names + " at every address, as with an MX.", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            return world.readyAhead(hosts);
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// The new hosts in DNS, once no sender would refuse them.
    record Added(List<HostName> hosts) implements Rule {
        @Override
        public String id() {
            return "record";
        }

        @Override
        public PlanStep step(World world) {
            String name = world.name();
            var lines = new ArrayList<Line>();
            for (int i = 0; i < hosts.size(); i++) {
                lines.add(new Line("Record", name + ". IN MX " + (PREFERENCE + 10 * i) + " " + hosts.get(i) + "."));
            }
            return new PlanStep(id(), "Add the MX " + (hosts.size() == 1 ? "record" : "records"), "Add "
                    + (hosts.size() == 1 ? "this record" : "these records") + " to the DNS of " + name
                    + ", beside those that are there. Choose the preference as your mail system needs it; the lowest is "
                    + "tried first.", lines, "A sender that holds a policy in enforce refuses an MX that this policy does "
                    + "not name (RFC 8461 §4.1, §5). So the record comes last, when no such policy is held any more.",
                    Doer.YOU, "Every vantage point finds " + Saying.hosts(hosts) + " among the MXs of " + name + ".",
                    Optional.empty());
        }

        @Override
        public Opening opens(World world, Instant previous) {
            var refusing = hosts.stream().flatMap(host -> world.trail().refusing(host, world.now()).stream()).distinct()
                    .toList();
            Optional<HeldPolicy> served = refusing.stream().filter(held -> held.until().isEmpty()).findFirst();
            if (served.isPresent()) {
                return new Opening.Blocked("Senders find, or may find, " + served.get().name() + ", which does not name "
                        + Saying.hosts(hosts.stream().filter(host -> !served.get().policy().covers(host)).toList())
                        + ", and refuse it. A policy that names it must be served first.");
            }
            if (!refusing.isEmpty()) {
                HeldPolicy last = refusing.stream().max(Comparator.comparing(held -> held.until().orElseThrow())).orElseThrow();
                return new Opening.At(last.until().orElseThrow(), "A sender that fetched " + last.name()
                        + " just before it was replaced holds it for " + Saying.span(Duration.ofSeconds(last.policy()
                        .maxAgeSeconds())) + ", until then, and would refuse the new MX. " + shorter(world));
            }
            return world.readyAhead(hosts) instanceof Sight.Against(var what) ? new Opening.Blocked(what) : Opening.NOW;
        }

        /// Most senders are safe sooner; the plan does not rest on it.
        private static String shorter(World world) {
            String soon = world.newest().flatMap(PolicyVersion::announcedAt).map(at -> Saying.time(at.plus(world.ttls()
                    .of(Rrset.STS_RECORD)).plus(DAILY))).map(at -> "from " + at + " on").orElse("a day after the new id");
            return "Senders that abide by RFC 8461 §5.1 look for a new id before they refuse, so for most of them it is safe "
                    + soon + " (the " + world.ttls().words(Rrset.STS_RECORD) + " and a day).";
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return hosts.stream().flatMap(host -> world.trail().refusing(host, world.now()).stream())
                    .map(held -> held.until().orElse(previous.plusSeconds(held.policy().maxAgeSeconds())))
                    .max(Comparator.naturalOrder()).filter(at -> at.isAfter(previous)).orElse(previous);
        }

        @Override
        public Sight sight(World world) {
            if (world.everywhere(hosts)) {
                return new Sight.Seen(Saying.hosts(hosts) + (hosts.size() == 1 ? " is an MX of " : " are MXs of ")
                        + world.name() + " now.");
            }
            String missing = Saying.hosts(hosts.stream().filter(host -> !world.everywhere(List.of(host))).toList());
            String what = missing + " is not in DNS as an MX of " + world.name() + (hosts.stream().anyMatch(world::anywhere)
                    ? " everywhere." : ".");
            return world.mxKnown() && hosts.stream().noneMatch(world::anywhere) ? new Sight.Against(what)
                    : new Sight.NotYet(what);
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// The new hosts as MXs, by all checks.
    record Verified(List<HostName> hosts) implements Rule {
        @Override
        public String id() {
            return "verify";
        }

        @Override
        public PlanStep step(World world) {
            String names = Saying.hosts(hosts);
            return new PlanStep(id(), "See that mail gets through to " + names, "Nothing to do: Postern looks at it from "
                    + "everywhere. Watch that mail arrives there.", List.of(), "From now on senders choose " + names
                    + ", and under enforce they refuse what fails.", Doer.POSTERN, "Every check of an MX passes for " + names
                    + ".", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            return world.ready(hosts);
        }
    }

    /// The old hosts out of DNS.
    record Removed(List<HostName> hosts) implements Rule {
        @Override
        public String id() {
            return "remove";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Take " + Saying.hosts(hosts) + " out of the MX records", "Remove "
                    + (hosts.size() == 1 ? "this record" : "these records") + " from the DNS of " + world.name()
                    + ". Leave the servers running: senders may still come for some days.", hosts.stream()
                    .map(host -> new Line("Remove", world.name() + ". IN MX … " + host + ".")).toList(),
                    "The policy still names the old servers, so senders may use either meanwhile, and none is refused.",
                    Doer.YOU, "No vantage point finds " + Saying.hosts(hosts) + " among the MXs.", Optional.empty());
        }

        @Override
        public Opening opens(World world, Instant previous) {
            return world.mxKnown() && world.mx().stream().allMatch(hosts::contains) ? new Opening.Blocked(
                    "Without these there would be no MX left. The new ones must be in DNS first.") : Opening.NOW;
        }

        @Override
        public Sight sight(World world) {
            var left = hosts.stream().filter(world::anywhere).toList();
            return !left.isEmpty() ? new Sight.Against(Saying.hosts(left) + " is still an MX of " + world.name() + ".")
                    : !world.mxKnown() ? new Sight.NotYet("DNS could not tell the MXs of " + world.name() + ".")
                    : new Sight.Seen("The MXs of " + world.name() + " are " + Saying.hosts(world.mx()) + " now.");
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// Whether a policy in enforce is in play at all: else nothing has to be waited for.
    static boolean enforced(World world) {
        return world.trail().held(world.now()).stream().anyMatch(held -> held.policy().mode() == Mode.ENFORCE);
    }
}
