package dev.postern.rollout.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.rollout.plan.PlanProgress.State;
import dev.postern.rollout.plan.PlanStep.Act;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever people do, in whatever order, and whenever probes look: no plan ever says that a step may be taken which would
/// have a sender refuse mail. Senders' caches are kept apart from what the probes know, and the plan knows only the latter.
class PlanPropertiesTest {

    private static final HostName OLD = new HostName("mx1.example.test");
    private static final HostName NEW = new HostName("mx2.example.test");
    private static final int ACTIONS = 160;

    private record Run(int seed, Change change) {
    }

    static Stream<Run> runs() {
        return IntStream.range(0, 120).boxed().flatMap(seed -> Stream.of(new Run(seed, new Change.AddMx(NEW)),
                new Run(seed, new Change.ReplaceProvider(List.of(NEW), List.of(OLD), seed % 2 == 0)),
                new Run(seed, new Change.Retire())));
    }

    private static final Set<String> REACHED = new HashSet<>();

    @ParameterizedTest
    @MethodSource("runs")
    void neverOpensWhatASenderWouldRefuse(Run run) {
        var random = new Random(run.seed() * 31L + run.change().title().hashCode());
        var domain = SimulatedDomain.enforcing(Duration.ofHours(1 + random.nextInt(24 * 20)), OLD.ascii());
        domain.mxTtl = 60L + random.nextInt(172_800);
        domain.stsTtl = 60L + random.nextInt(172_800);
        domain.probe(run.change());
        var plan = new ChangePlan(new UUID(0, 2), new UUID(0, 1), run.change(), "Anna", domain.now, Memory.NOTHING,
                List.of(), Optional.empty());
        PlanProgress progress = PlanProgress.of(plan, domain.world());
        for (int i = 0; i < ACTIONS && !progress.complete(); i++) {
            boolean mustLook = act(random, domain, progress, run.change());
            if (mustLook || random.nextInt(3) > 0) {
                domain.probe(run.change());
                World world = domain.world();
                Memory memory = PlanProgress.remember(plan, world);
                var remembered = plan.after(memory, List.of());
                assertThat(PlanProgress.remember(remembered, world)).as("once more is nothing").isEqualTo(memory);
                var found = PlanProgress.newlyDone(remembered, world);
                // A crash may come after any of them was written: the next look finds the rest.
                int written = found.isEmpty() ? 0 : random.nextInt(found.size() + 1);
                var partly = remembered.after(memory, found.subList(0, written));
                var rest = PlanProgress.newlyDone(partly, world);
                assertThat(rest).extracting(StepDone::step).isEqualTo(found.stream().skip(written).map(StepDone::step)
                        .toList());
                var before = plan.done();
                plan = partly.after(memory, rest);
                assertThat(plan.done().subList(0, before.size())).as("what is done stays done").isEqualTo(before);
                assertThat(PlanProgress.newlyDone(plan, world)).as("once more is nothing").isEmpty();
            }
            plan.done().forEach(step -> REACHED.add(step.step()));
            progress = PlanProgress.of(plan, domain.world());
            inOrder(progress);
            safe(progress, run.change(), domain);
        }
    }

    /// Half of what happens is what the plan asks for; the rest is whatever people do.
    ///
    /// @return whether a probe must come before anything else: what none has seen, no plan can know
    private static boolean act(Random random, SimulatedDomain domain, PlanProgress progress, Change change) {
        if (random.nextBoolean()) {
            follow(domain, progress);
        }
        int what = random.nextInt(14);
        switch (what) {
            case 0 -> domain.mx.add(NEW.ascii());
            case 1 -> domain.removeMx(NEW.ascii());
            case 2 -> domain.publish(SimulatedDomain.policy(Mode.ENFORCE, Duration.ofHours(1 + random.nextInt(200)),
                    OLD.ascii()));
            case 3 -> domain.publish(SimulatedDomain.policy(random.nextBoolean() ? Mode.ENFORCE : Mode.TESTING,
                    Duration.ofHours(1 + random.nextInt(200)), OLD.ascii(), NEW.ascii()));
            case 4 -> domain.broken.add(NEW.ascii());
            case 5 -> domain.broken.clear();
            case 6 -> {
                if (!(change instanceof Change.AddMx)) {
                    domain.removeMx(OLD.ascii());
                }
            }
            case 7 -> domain.mx.add(OLD.ascii());
            case 8, 9 -> domain.serve();
            default -> domain.pass(Duration.ofMinutes(1 + random.nextInt(60 * 24 * 9)));
        }
        return what == 7;
    }

    private static void follow(SimulatedDomain domain, PlanProgress progress) {
        var current = progress.current().orElseThrow();
        if (current.state() instanceof State.Waiting(var until, var _) && until.isPresent()) {
            domain.pass(Duration.between(domain.now, until.get()));
        }
        if (!(current.state() instanceof State.Open)) {
            return;
        }
        current.step().act().ifPresent(act -> domain.publish(switch (act) {
            case Act.Publish(List<MxPattern> mx) -> new StsPolicy(Mode.ENFORCE, domain.newest().maxAgeSeconds(), mx, Map.of());
            case Act.Take(var step) -> switch (step) {
                case RETIRE -> new StsPolicy(Mode.NONE, 86_400, List.of(), Map.of());
                default -> new StsPolicy(domain.newest().mode(), 86_400, domain.newest().mx(), Map.of());
            };
        }));
        domain.serve();
        switch (current.step().id()) {
            case "id", "id-narrow", "shorten-id" -> domain.announce();
            case "record" -> {
                if (domain.newest().mode() == Mode.NONE) {
                    domain.removeRecord();
                } else {
                    domain.mx.add(NEW.ascii());
                }
            }
            case "remove" -> domain.removeMx(OLD.ascii());
            case "host" -> domain.hostGone = true;
            case "preflight", "verify" -> domain.broken.clear();
            default -> {
                // Publishing was all.
            }
        }
    }

    private static void inOrder(PlanProgress progress) {
        String states = progress.steps().stream().map(entry -> switch (entry.state()) {
            case State.Done _ -> "D";
            case State.Open _, State.Waiting _ -> "C";
            case State.Later _ -> "L";
        }).collect(Collectors.joining());
        assertThat(states).matches("D*(CL*)?");
        var planned = progress.steps().stream().filter(entry -> !(entry.state() instanceof State.Done))
                .map(PlanProgress.Entry::planned).toList();
        assertThat(planned).isSorted();
    }

    private static void safe(PlanProgress progress, Change change, SimulatedDomain domain) {
        var current = progress.current();
        if (current.isEmpty() || !(current.get().state() instanceof State.Open)) {
            return;
        }
        switch (current.get().step().id()) {
            case "record" -> {
                if (change instanceof Change.Retire) {
                    assertThat(domain.held(policy -> policy.mode() != Mode.NONE)).as("still held").isFalse();
                } else {
                    assertThat(domain.held(policy -> policy.mode() == Mode.ENFORCE && !policy.covers(NEW)))
                            .as("a sender would refuse the new MX").isFalse();
                }
            }
            case "policy-narrow" -> assertThat(domain.lastMx.getOrDefault(OLD.ascii(), Instant.MIN)
                    .plusSeconds(domain.mx.contains(OLD.ascii()) ? 0 : domain.mxTtl))
                    .as("a resolver still leads senders to the old MX").isBeforeOrEqualTo(domain.now);
            case "host" -> assertThat(domain.lastRecord.plusSeconds(domain.announced >= 0 ? 0 : domain.stsTtl))
                    .as("a resolver still has the record").isBeforeOrEqualTo(domain.now);
            default -> {
                // Harmless at any time.
            }
        }
    }

    /// The runs would prove little if they never got far.
    @AfterAll
    static void everyStepWasReached() {
        assertThat(REACHED).contains("preflight", "policy", "id", "record", "verify", "remove", "policy-narrow",
                "id-narrow", "shorten", "shorten-id", "host");
    }
}
