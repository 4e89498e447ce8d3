package dev.postern.rollout.plan;

import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.rollout.ServedPolicy;
import dev.postern.rollout.plan.PlanStep.Doer;
import dev.postern.rollout.plan.PlanStep.Line;
import dev.postern.rollout.plan.Ttls.Rrset;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.SetupPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Steps of a policy host that moves.
final class HostSteps {

    private HostSteps() {
    }

    /// The same policy at the new place, before DNS leads there.
    record Place(PolicyHosting to, HostName target) implements Rule {

        private static final Set<PolicyFetch.Fault> CERTIFICATE = Set.of(PolicyFetch.Fault.CERTIFICATE_NAME,
                PolicyFetch.Fault.CERTIFICATE_EXPIRED, PolicyFetch.Fault.CERTIFICATE_NOT_TRUSTED, PolicyFetch.Fault.TLS);

        @Override
        public String id() {
            return "place";
        }

        @Override
        public PlanStep step(World world) {
            String host = SetupPlan.policyHost(world.domain().name());
            var lines = new ArrayList<Line>();
            if (to == PolicyHosting.CUSTOMER) {
                lines.addAll(PolicySteps.file(world));
            }
            lines.add(new Line("Try it", "curl --connect-to " + host + ":443:" + target + ":443 "
                    + SetupPlan.policyUrl(world.domain().name())));
            return new PlanStep(id(), "Have the policy served at " + target, to == PolicyHosting.POSTERN
                    ? "Nothing to do: Postern serves the policy there. Its edge gets the certificate for " + host
                    + " when DNS leads there." : "Serve the same file at " + target + " as text/plain, with a certificate for "
                    + host + ". Certificates that are checked over DNS can be had before the name leads there.", lines,
                    "Senders fetch the policy from the new place from the moment DNS leads there. A fetch that fails cancels no "
                    + "policy that a sender holds (RFC 8461 §5.1), but senders that hold none send without protection.",
                    to == PolicyHosting.POSTERN ? Doer.POSTERN : Doer.YOU, "A probe fetches the policy from " + target
                    + " under the name " + host + ".", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            var fetched = world.ahead().stream().map(PreflightLook::place).flatMap(Optional::stream).toList();
            if (fetched.isEmpty()) {
                return new Sight.NotYet("Postern has not looked at " + target + " yet.");
            }
            for (PolicyFetch fetch : fetched) {
                boolean certificateLater = to == PolicyHosting.POSTERN
                        && fetch instanceof PolicyFetch.Failed(var fault, var _, var _) && CERTIFICATE.contains(fault);
                if (!certificateLater && !same(fetch, world)) {
                    return new Sight.Against("At " + target + ": " + words(fetch) + ".");
                }
            }
            return new Sight.Seen(fetched.stream().allMatch(fetch -> same(fetch, world)) ? "The same policy is served at "
                    + target + ", with a valid certificate." : target + " answers. Its certificate for "
                    + SetupPlan.policyHost(world.domain().name()) + " comes once DNS leads there.");
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// DNS leads to the new place.
    record Led(HostName target) implements Rule {
        @Override
        public String id() {
            return "dns";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Lead " + SetupPlan.policyHost(world.domain().name()) + " to the new place",
                    "Put this record in place of those that are there. Leave the old place running.", List.of(new Line("Name",
                    SetupPlan.policyHost(world.domain().name())), new Line("Type", "CNAME"), new Line("Value", target + ".")),
                    "Whoever has the old address in a cache still comes to the old place, and has to find the same policy "
                    + "there (RFC 8461 §8.2).", Doer.YOU, "Every vantage point is led to " + target + ".", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            String host = SetupPlan.policyHost(world.domain().name());
            if (world.looks().isEmpty() || world.looks().stream().anyMatch(look -> look.policyHostCname()
                    instanceof DnsAnswer.Unknown)) {
                return new Sight.NotYet("DNS could not tell where " + host + " leads.");
            }
            return world.looks().stream().allMatch(look -> led(look, world)) ? new Sight.Seen(host + " leads to " + target
                    + " now.") : new Sight.Against(host + " does not lead to " + target + ".");
        }

        /// By an alias, or by the same addresses.
        private boolean led(Observation look, World world) {
            return look.policyHostCname().values().contains(target.ascii()) || world.ahead().stream()
                    .filter(each -> each.vantage().name().equals(look.vantage().name())).anyMatch(each -> {
                        var there = each.target().map(DnsAnswer::values).orElse(List.of());
                        return !each.policyHost().values().isEmpty() && there.containsAll(each.policyHost().values());
                    });
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// Senders find the policy at the new place.
    record Found(HostName target) implements Rule {
        @Override
        public String id() {
            return "seen";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "See that senders find the policy", "Nothing to do: Postern fetches it as senders do.",
                    List.of(), "From now on this is where senders fetch it from (RFC 8461 §3.3).", Doer.POSTERN,
                    "Every vantage point fetches the policy from " + SetupPlan.policyUrl(world.domain().name()) + ".",
                    Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            return found(world);
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// The old place may go.
    record Settled() implements Rule {
        @Override
        public String id() {
            return "old-place";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Turn off the old place", "Nobody is led to the old place any more. Turn it off there.",
                    List.of(), "Until then, resolvers may lead senders to it: they keep the old record for its "
                    + world.ttls().words(Rrset.POLICY_HOST) + ".", Doer.YOU,
                    "The time is over, and every vantage point still fetches the policy.", Optional.empty());
        }

        @Override
        public Opening opens(World world, Instant previous) {
            return Opening.from(estimate(world, previous), world.now(), "Keep the old place running: resolvers keep the old "
                    + "record for its " + world.ttls().words(Rrset.POLICY_HOST) + ".");
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return previous.plus(world.ttls().of(Rrset.POLICY_HOST));
        }

        @Override
        public Sight sight(World world) {
            return found(world);
        }
    }

    private static Sight found(World world) {
        if (world.looks().isEmpty()) {
            return new Sight.NotYet("Postern has not looked yet.");
        }
        return world.looks().stream().filter(look -> !same(look.policy(), world)).findFirst()
                .<Sight>map(look -> ServedPolicy.of(look.policy()) instanceof ServedPolicy.Unknown
                        ? new Sight.NotYet(words(look.policy()) + ".") : new Sight.Against(words(look.policy()) + "."))
                .orElseGet(() -> new Sight.Seen("Every vantage point fetches " + world.version() + "."));
    }

    private static boolean same(PolicyFetch fetch, World world) {
        return ServedPolicy.of(fetch) instanceof ServedPolicy.Some(StsPolicy policy)
                && world.policy().filter(policy::equals).isPresent();
    }

    private static String words(PolicyFetch fetch) {
        return switch (fetch) {
            case PolicyFetch.Failed failed -> "No policy could be fetched: " + failed.fault() + ", " + failed.detail();
            case PolicyFetch.Answered answered when answered.status() != 200 -> "The answer is HTTP " + answered.status();
            case PolicyFetch.Answered _ -> "Another policy is served than the newest one published";
        };
    }
}
