package dev.postern.rollout.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PolicyFetch;
import dev.postern.rollout.Phase;
import dev.postern.rollout.plan.PlanProgress.Entry;
import dev.postern.rollout.plan.PlanProgress.State;
import dev.postern.rollout.plan.PlanStep.Act;
import dev.postern.setup.PolicyHosting;
import dev.postern.stream.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Each change as a person goes through it, at the moments when a probe looks.
class ChangePlanTest {

    private static final HostName MX1 = new HostName("mx1.example.test");
    private static final HostName MX2 = new HostName("mx2.example.test");
    private static final Duration WEEK = Duration.ofDays(7);
    /// How much longer than its max_age a policy is taken for held.
    private static final Duration LINGERS = Duration.ofHours(1);

    private SimulatedDomain domain = SimulatedDomain.enforcing(WEEK, MX1.ascii());
    private ChangePlan plan;

    private PlanProgress begin(Change change) {
        plan = new ChangePlan(new UUID(0, 2), new UUID(0, 1), change, "Anna", domain.now, Memory.NOTHING, List.of(),
                Optional.empty());
        return look();
    }

    private PlanProgress look() {
        domain.probe(plan.change());
        World world = domain.world();
        Memory memory = PlanProgress.remember(plan, world);
        plan = plan.after(memory, List.of());
        plan = plan.after(memory, PlanProgress.newlyDone(plan, world));
        return PlanProgress.of(plan, world);
    }

    private static Entry current(PlanProgress progress) {
        return progress.current().orElseThrow();
    }

    @Test
    void addsAnMxOnlyWhenNoSenderWouldRefuseIt() {
        domain.broken.add(MX2.ascii());
        PlanProgress progress = begin(new Change.AddMx(MX2));
        assertThat(current(progress).step().id()).isEqualTo("preflight");
        assertThat(((State.Open) current(progress).state()).saw()).contains("does not offer STARTTLS");
        assertThat(progress.steps()).extracting(entry -> entry.step().id()).containsExactly("preflight", "policy", "id",
                "record", "verify");
        assertThat(progress.steps().get(3).planned()).as("a week after the policy is replaced, at the earliest")
                .isEqualTo(domain.now.plus(WEEK));
        assertThat(progress.steps().get(3).estimate()).isTrue();

        domain.broken.clear();
        progress = look();
        assertThat(current(progress).step().id()).isEqualTo("policy");
        assertThat(current(progress).step().act()).contains(new Act.Publish(List.of(new MxPattern(MX1.ascii()),
                new MxPattern(MX2.ascii()))));
        assertThat(current(progress).step().lines()).extracting(PlanStep.Line::value).containsExactly("version: STSv1\r\n"
                + "mode: enforce\r\nmx: mx1.example.test\r\nmx: mx2.example.test\r\nmax_age: 604800\r\n");

        domain.publish(SimulatedDomain.policy(Mode.ENFORCE, WEEK, MX1.ascii(), MX2.ascii()));
        progress = look();
        assertThat(current(progress).step().id()).as("published is not served").isEqualTo("policy");
        assertThat(current(progress).step().act()).isEmpty();
        domain.pass(Duration.ofHours(1));
        domain.serve();
        progress = look();
        Instant replaced = domain.now;
        assertThat(current(progress).step().id()).isEqualTo("id");
        assertThat(current(progress).step().lines()).extracting(PlanStep.Line::value).contains("v=STSv1; id=id2;");

        domain.pass(Duration.ofHours(2));
        domain.announce();
        progress = look();
        assertThat(current(progress).step().id()).isEqualTo("record");
        assertThat(current(progress).state()).isInstanceOfSatisfying(State.Waiting.class, waiting -> {
            assertThat(waiting.until()).contains(replaced.plus(WEEK).plus(LINGERS));
            assertThat(waiting.why()).contains("version 1", "7 days", "RFC 8461 §5.1", "2 Dec 2026, 15:05 UTC");
        });
        domain.pass(Duration.between(domain.now, replaced.plus(WEEK).plus(LINGERS)).minusSeconds(1));
        assertThat(current(look()).state()).isInstanceOf(State.Waiting.class);
        domain.pass(Duration.ofSeconds(1));
        progress = look();
        assertThat(current(progress).state()).isInstanceOf(State.Open.class);
        assertThat(current(progress).step().lines()).extracting(PlanStep.Line::value).containsExactly(
                "example.test. IN MX 20 mx2.example.test.");

        domain.mx.add(MX2.ascii());
        assertThat(look().complete()).isTrue();
        assertThat(plan.done()).extracting(StepDone::step).containsExactly("preflight", "policy", "id", "record", "verify");
        assertThat(Alarm.of(domain.world())).isEmpty();
    }

    @Test
    void waitsForNothingWhereNothingIsEnforced() {
        domain = new SimulatedDomain();
        domain.phase = Phase.TESTING;
        domain.mx.add(MX1.ascii());
        domain.publish(SimulatedDomain.policy(Mode.TESTING, WEEK, MX1.ascii()));
        domain.serve();
        domain.announce();
        begin(new Change.AddMx(MX2));
        domain.publish(SimulatedDomain.policy(Mode.TESTING, WEEK, MX1.ascii(), MX2.ascii()));
        domain.serve();
        domain.announce();
        assertThat(current(look()).state()).isInstanceOf(State.Open.class);
        assertThat(current(look()).step().id()).isEqualTo("record");
    }

    @Test
    void raisesTheAlarmWhenAnMxComesTooEarlyWithAndWithoutAPlan() {
        domain.mx.add(MX2.ascii());
        domain.probe(Preflight.of(List.of()));
        assertThat(Alarm.of(domain.world())).singleElement().isInstanceOfSatisfying(Alarm.MxRefused.class, alarm -> {
            assertThat(alarm.mx()).isEqualTo(MX2);
            assertThat(alarm.until()).as("it is served").isEmpty();
            assertThat(alarm.what()).contains("version 1", "7 days after each fetch", "RFC 8461 §4.1");
            assertThat(alarm.remedies()).hasSize(2);
            assertThat(alarm.remedies().getFirst()).contains("out of DNS again now", "TTL of 1 hour");
            assertThat(alarm.remedies().getLast()).contains("publish the policy with mx2.example.test", "TTL of 5 minutes");
        });
        begin(new Change.AddMx(MX2));
        domain.publish(SimulatedDomain.policy(Mode.ENFORCE, WEEK, MX1.ascii(), MX2.ascii()));
        domain.serve();
        domain.announce();
        PlanProgress progress = look();
        assertThat(current(progress).step().id()).as("added too early is not done").isEqualTo("record");
        assertThat(Alarm.of(domain.world())).singleElement().isInstanceOfSatisfying(Alarm.MxRefused.class, alarm -> {
            assertThat(alarm.until()).contains(domain.now.plus(WEEK).plus(LINGERS));
            assertThat(alarm.remedies().getLast()).startsWith("Or wait: the newest policy names it").contains("8 Dec 2026");
        });
        domain.pass(WEEK.plus(LINGERS));
        assertThat(look().complete()).as("once all have forgotten, it is as it should be").isTrue();
        assertThat(Alarm.of(domain.world())).isEmpty();
    }

    @Test
    void tellsWhenAStepIsUndone() {
        begin(new Change.AddMx(MX2));
        domain.broken.add(MX2.ascii());
        PlanProgress progress = look();
        assertThat(progress.alarms()).singleElement().isInstanceOfSatisfying(Alarm.Undone.class, undone -> {
            assertThat(undone.step()).isEqualTo("preflight");
            assertThat(undone.what()).contains("STARTTLS");
        });
        assertThat(progress.steps().getFirst().state()).as("it stays done").isInstanceOf(State.Done.class);
        domain.broken.clear();
        assertThat(look().alarms()).isEmpty();
    }

    @Test
    void takesTheOldProviderOutOfThePolicyLast() {
        begin(new Change.ReplaceProvider(List.of(MX2), List.of(MX1), false));
        domain.publish(SimulatedDomain.policy(Mode.ENFORCE, WEEK, MX1.ascii(), MX2.ascii()));
        domain.serve();
        domain.announce();
        look();
        domain.pass(WEEK.plus(LINGERS));
        domain.mx.add(MX2.ascii());
        PlanProgress progress = look();
        assertThat(current(progress).step().id()).isEqualTo("remove");
        domain.removeMx(MX1.ascii());
        progress = look();
        Instant removed = domain.now;
        assertThat(current(progress).step().id()).isEqualTo("policy-narrow");
        assertThat(current(progress).state()).isInstanceOfSatisfying(State.Waiting.class, waiting -> {
            assertThat(waiting.until()).contains(removed.plus(Duration.ofHours(1)).plus(PolicySteps.QUEUE));
            assertThat(waiting.why()).contains("TTL of 1 hour", "5 days", "RFC 5321");
        });

        domain.mx.add(MX1.ascii());
        domain.pass(Duration.ofDays(6));
        assertThat(look().alarms()).singleElement().isInstanceOf(Alarm.Undone.class);
        domain.removeMx(MX1.ascii());
        progress = look();
        assertThat(((State.Waiting) current(progress).state()).until()).as("it was there again: the wait begins anew")
                .contains(domain.now.plus(Duration.ofHours(1)).plus(PolicySteps.QUEUE));
        domain.pass(Duration.ofHours(1).plus(PolicySteps.QUEUE));
        progress = look();
        assertThat(current(progress).step().act()).contains(new Act.Publish(List.of(new MxPattern(MX2.ascii()))));
        domain.publish(SimulatedDomain.policy(Mode.ENFORCE, WEEK, MX2.ascii()));
        domain.serve();
        domain.announce();
        assertThat(look().complete()).isTrue();
    }

    @Test
    void renewsACertificateWithItsAuthority() {
        domain.caa = Map.of(MX1.ascii(), new DnsAnswer.Found(List.of("0 issue other.test"), 60));
        PlanProgress progress = begin(new Change.RenewCertificate(MX1, Optional.of("ca.test"), Set.of("first"), false));
        assertThat(((State.Open) current(progress).state()).saw()).contains("name other authorities");
        domain.caa = Map.of(MX1.ascii(), new DnsAnswer.Found(List.of("0 issue other.test", "0 issue CA.test; account=1"), 60));
        progress = look();
        assertThat(current(progress).step().id()).isEqualTo("certificate");
        assertThat(current(progress).step().what()).contains("by " + Saying.time(domain.now.plus(Duration.ofDays(73))));
        assertThat(((State.Open) current(progress).state()).saw()).contains("192.0.2.1 still shows the old certificate");
        domain.certificates.put(MX1.ascii(), "second");
        domain.certificateLife = Duration.ofDays(6);
        assertThat(((State.Open) current(look()).state()).saw()).contains("within the 7 days that senders hold");
        domain.certificateLife = Duration.ofDays(90);
        assertThat(look().complete()).isTrue();
    }

    @Test
    void movesThePolicyHostWhenTheNewPlaceServesTheSame() {
        var there = new HostName("www.example.test");
        var move = new Change.MovePolicyHost(PolicyHosting.CUSTOMER, there);
        domain.policyHostCname = Optional.of("old.postern.test");
        domain.place = Optional.of(new PolicyFetch.Failed(PolicyFetch.Fault.CERTIFICATE_NAME, "names www only"));
        PlanProgress progress = begin(move);
        assertThat(current(progress).step().id()).isEqualTo("place");
        assertThat(((State.Open) current(progress).state()).saw()).contains("names www only");
        domain.place = Optional.of(SimulatedDomain.answer(SimulatedDomain.policy(Mode.ENFORCE, WEEK, MX2.ascii())));
        assertThat(((State.Open) current(look()).state()).saw()).contains("Another policy");
        domain.place = Optional.of(SimulatedDomain.answer(domain.newest()));
        progress = look();
        assertThat(current(progress).step().lines()).extracting(PlanStep.Line::value).containsExactly(
                "mta-sts.example.test", "CNAME", "www.example.test.");
        domain.policyHostCname = Optional.of(there.ascii());
        progress = look();
        assertThat(current(progress).step().id()).isEqualTo("old-place");
        assertThat(((State.Waiting) current(progress).state()).until()).contains(domain.now.plusSeconds(600));
        domain.pass(Duration.ofSeconds(600));
        assertThat(look().complete()).isTrue();
    }

    @Test
    void letsThePosternEdgeHaveItsCertificateLater() {
        var move = new Change.MovePolicyHost(PolicyHosting.POSTERN, new HostName("token.mta-sts.postern.test"));
        domain.place = Optional.of(new PolicyFetch.Failed(PolicyFetch.Fault.TLS, "no certificate yet"));
        assertThat(current(begin(move)).step().id()).isEqualTo("dns");
    }

    @Test
    void retiresInTheOrderOfTheStandard() {
        begin(new Change.Retire());
        domain.publish(new StsPolicy(Mode.NONE, 86_400, List.of(), Map.of()));
        domain.serve();
        assertThat(current(look()).step().id()).isEqualTo("id");
        domain.announce();
        PlanProgress progress = look();
        assertThat(((State.Waiting) current(progress).state()).until()).contains(domain.now.plus(WEEK).plus(LINGERS));
        domain.pass(WEEK.plus(LINGERS));
        assertThat(current(look()).state()).isInstanceOf(State.Open.class);
        domain.removeRecord();
        progress = look();
        assertThat(current(progress).step().id()).isEqualTo("host");
        assertThat(((State.Waiting) current(progress).state()).until()).contains(domain.now.plusSeconds(300));
        domain.pass(Duration.ofSeconds(300));
        domain.hostGone = true;
        assertThat(look().complete()).isTrue();
    }

    @Test
    void admitsOnlyWhatMakesSense() {
        var add = new Change.AddMx(MX2);
        assertThat(Admission.obstacle(add, List.of(), domain.world())).isEmpty();
        assertThat(Admission.obstacle(add, List.of(new Change.Retire()), domain.world())).get().asString()
                .contains("Another change is under way: Retire MTA-STS");
        assertThat(Admission.obstacle(new Change.AddMx(MX1), List.of(), domain.world())).isPresent();
        assertThat(Admission.obstacle(new Change.ReplaceProvider(List.of(MX2), List.of(MX2), false), List.of(),
                domain.world())).isPresent();
        assertThat(Admission.obstacle(new Change.ReplaceProvider(List.of(MX2), List.of(new HostName("mx9.example.test")),
                false), List.of(), domain.world())).isPresent();
        var renew = new Change.RenewCertificate(MX1, Optional.empty(), Set.of("first"), false);
        assertThat(Admission.obstacle(renew, List.of(add), domain.world())).as("it touches no policy").isEmpty();
        assertThat(Admission.obstacle(renew, List.of(renew), domain.world())).isPresent();
        assertThat(Admission.obstacle(new Change.MovePolicyHost(PolicyHosting.CUSTOMER, new HostName(
                "mta-sts.example.test")), List.of(), domain.world())).isPresent();
        domain.phase = Phase.SETUP;
        assertThat(Admission.obstacle(add, List.of(), domain.world())).isPresent();
    }

    @Test
    void readsBackWhatIsStored() {
        for (Change change : List.of(new Change.AddMx(MX2), new Change.ReplaceProvider(List.of(MX2), List.of(MX1), true),
                new Change.RenewCertificate(MX1, Optional.of("ca.test"), Set.of("ab"), true), new Change.MovePolicyHost(
                        PolicyHosting.CUSTOMER, MX2), new Change.Retire())) {
            assertThat(Json.read(Json.text(change), Change.class)).isEqualTo(change);
        }
        begin(new Change.AddMx(MX2));
        domain.broken.add(MX2.ascii());
        look();
        assertThat(Json.read(Json.text(plan.memory()), Memory.class)).isEqualTo(plan.memory());
        assertThat(plan.memory().relapses()).containsKey("preflight");
        PreflightLook look = domain.world().ahead().getFirst();
        assertThat(Json.read(Json.text(look), PreflightLook.class)).isEqualTo(look);
    }
}
