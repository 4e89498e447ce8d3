package dev.postern.rollout.plan;

import dev.postern.name.HostName;
import dev.postern.rollout.Phase;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.SetupPlan;
import java.util.List;
import java.util.Optional;

/// Whether a change can be planned for a domain as it is.
public final class Admission {

    private Admission() {
    }

    /// @param open changes under way
    /// @return why not, in a sentence; empty when it can
    public static Optional<String> obstacle(Change change, List<Change> open, World world) {
        Optional<Change> other = open.stream().filter(change::excludes).findFirst();
        if (other.isPresent()) {
            return Optional.of("Another change is under way: " + other.get().title()
                    + ". Finish or abandon it first, so that their waits do not get in each other's way.");
        }
        String name = world.domain().name().unicode();
        Phase phase = world.domain().phase();
        if (phase == Phase.SETUP || world.newest().isEmpty()) {
            return Optional.of("No policy is published for " + name + " yet, so nothing has to be waited for. Make the change, "
                    + "then publish the policy.");
        }
        boolean retired = phase == Phase.NONE || phase == Phase.RETIRING;
        return switch (change) {
            case Change.Retire() -> Optional.empty();
            case Change _ when retired -> Optional.of(name + " is retired, or on its way there. Go back to testing first, or "
                    + "make the change without a plan.");
            case Change.AddMx(var host) -> world.anywhere(host) && world.trail().refusing(host, world.now()).isEmpty()
                    && world.policy().filter(policy -> policy.covers(host)).isPresent()
                    ? Optional.of(host + " is an MX of " + name + " already, and the policy names it.") : Optional.empty();
            case Change.ReplaceProvider replacement -> replace(replacement, world);
            case Change.RenewCertificate(var mx, var _, var before, var _) -> !world.anywhere(mx)
                    ? Optional.of(mx + " is no MX of " + name + ".") : before.isEmpty()
                    ? Optional.of("Postern has not seen the certificate of " + mx + " yet. Have it checked first.")
                    : Optional.empty();
            case Change.MovePolicyHost(var to, var target) -> move(to, target, world);
        };
    }

    private static Optional<String> replace(Change.ReplaceProvider replacement, World world) {
        List<HostName> both = replacement.arriving().stream().filter(replacement.leaving()::contains).toList();
        if (!both.isEmpty()) {
            return Optional.of(Saying.hosts(both) + " can't come and go at once.");
        }
        return replacement.leaving().stream().filter(host -> !world.anywhere(host)
                        && world.policy().filter(policy -> policy.covers(host)).isEmpty()).findFirst()
                .map(host -> host + " is no MX of " + world.domain().name().unicode() + ", and the policy does not name it.");
    }

    private static Optional<String> move(PolicyHosting to, HostName target, World world) {
        String host = SetupPlan.policyHost(world.domain().name());
        return target.ascii().equals(host) ? Optional.of("Name the host that " + host + " is to lead to, not " + host + " itself.")
                : to == PolicyHosting.POSTERN && world.domain().hosting() == PolicyHosting.POSTERN
                ? Optional.of("Postern hosts the policy of " + world.domain().name().unicode() + " already.") : Optional.empty();
    }
}
