package dev.postern.rollout.plan;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import dev.postern.rollout.ServedPolicy;
import dev.postern.rollout.plan.PlanStep.Doer;
import dev.postern.rollout.plan.PlanStep.Line;
import dev.postern.rollout.plan.Ttls.Rrset;
import dev.postern.setup.SetupPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What goes when MTA-STS ends for a domain, in the order of RFC 8461 §8.3.
final class RetirementSteps {

    private RetirementSteps() {
    }

    /// The record, once no sender holds anything but `none`.
    record RecordRemoved() implements Rule {
        @Override
        public String id() {
            return "record";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Remove the MTA-STS record", "Remove the TXT record at _mta-sts." + world.name() + ".",
                    List.of(new Line("Remove", world.domain().name().child("_mta-sts") + ". IN TXT")),
                    "A sender that holds an older policy learns of its end only while record and policy host are there "
                    + "(RFC 8461 §8.3).", Doer.YOU, "No vantage point finds an MTA-STS record.", Optional.empty());
        }

        @Override
        public Opening opens(World world, Instant previous) {
            return world.trail().forgottenAt().map(at -> Opening.from(at, world.now(), "A sender that fetched an older policy "
                    + "just before it was replaced holds it until then (RFC 8461 §3.2, §8.3)."))
                    .orElseGet(() -> new Opening.Blocked("Another policy than none is, or may be, served."));
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return world.trail().forgottenAt().filter(at -> at.isAfter(previous)).orElseGet(() -> world.trail().forgottenAt()
                    .isPresent() ? previous : previous.plus(longest(world)));
        }

        private static Duration longest(World world) {
            return Duration.ofSeconds(world.trail().held(world.now()).stream().mapToLong(held -> held.policy()
                    .maxAgeSeconds()).max().orElse(0));
        }

        @Override
        public Sight sight(World world) {
            var answers = world.looks().stream().map(Observation::stsRecord).toList();
            return answers.stream().flatMap(answer -> answer.values().stream()).anyMatch(text -> text.startsWith("v=STSv1"))
                    ? new Sight.Against("The record at _mta-sts." + world.name() + " is still there.")
                    : answers.isEmpty() || answers.stream().anyMatch(DnsAnswer.Unknown.class::isInstance)
                    ? new Sight.NotYet("DNS could not tell whether there is a record at _mta-sts." + world.name() + ".")
                    : new Sight.Seen("There is no MTA-STS record any more.");
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// The policy host, once nobody has the record in a cache.
    record HostRemoved() implements Rule {
        @Override
        public String id() {
            return "host";
        }

        @Override
        public PlanStep step(World world) {
            String host = SetupPlan.policyHost(world.domain().name());
            return new PlanStep(id(), "Remove the policy host", "Remove the records at " + host
                    + ", and what answers there.", List.of(new Line("Remove", host + ". IN CNAME, A and AAAA")),
                    "It goes last: a sender with the record in its cache would still ask here. Then the name should go, so that "
                    + "nobody else can come to answer under it.", Doer.YOU, "No vantage point is led to a policy host.",
                    Optional.empty());
        }

        @Override
        public Opening opens(World world, Instant previous) {
            return Opening.from(estimate(world, previous), world.now(), "Resolvers keep the record at _mta-sts for its "
                    + world.ttls().words(Rrset.STS_RECORD) + ".");
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return previous.plus(world.ttls().of(Rrset.STS_RECORD));
        }

        @Override
        public Sight sight(World world) {
            if (world.looks().isEmpty()) {
                return new Sight.NotYet("Postern has not looked yet.");
            }
            boolean gone = world.looks().stream().allMatch(look -> ServedPolicy.of(look.policy()) instanceof ServedPolicy.None
                    && look.policyHostCname() instanceof DnsAnswer.Absent);
            return gone ? new Sight.Seen("There is no policy host any more.")
                    : new Sight.NotYet(SetupPlan.policyHost(world.domain().name()) + " still leads somewhere.");
        }
    }
}
