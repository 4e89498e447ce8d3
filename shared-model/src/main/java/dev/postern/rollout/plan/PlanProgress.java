package dev.postern.rollout.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Where a plan stands: its steps in order, and what goes against it.
///
/// Steps that are done stay done; of the others only the first can be taken, and only when nothing that senders hold or
/// resolvers keep stands against it.
///
/// @param alarms what was done and is so no longer
public record PlanProgress(List<Entry> steps, List<Alarm> alarms) {

    /// Where one step stands.
    public sealed interface State {

        /// @param evidence what a probe saw
        record Done(Instant at, String evidence) implements State {
        }

        /// It may be taken now.
        ///
        /// @param saw what the probes saw last of it
        record Open(String saw) implements State {
        }

        /// Those before it are done; it must wait.
        ///
        /// @param until empty where something must be put right first
        record Waiting(Optional<Instant> until, String why) implements State {
        }

        /// Those before it are not done yet.
        record Later() implements State {
        }
    }

    /// @param planned  when it was done, opens or may open at the earliest
    /// @param estimate whether that rests on steps that are not done yet
    public record Entry(PlanStep step, State state, Instant planned, boolean estimate) {
    }

    public PlanProgress {
        steps = List.copyOf(steps);
        alarms = List.copyOf(alarms);
    }

    public static PlanProgress of(ChangePlan plan, World world) {
        var byId = byId(plan);
        var entries = new ArrayList<Entry>();
        var alarms = new ArrayList<Alarm>();
        Instant previous = plan.startedAt();
        Instant cursor = world.now();
        boolean first = true;
        for (Rule rule : Rules.of(plan.change())) {
            PlanStep step = rule.step(world);
            StepDone seen = byId.get(rule.id());
            if (seen != null && first) {
                entries.add(new Entry(step, new State.Done(seen.at(), seen.evidence()), seen.at(), false));
                previous = plan.memory().since(seen, world.now());
                undone(rule, step, world).ifPresent(alarms::add);
            } else if (first) {
                first = false;
                State state = state(rule, previous, world);
                Optional<Instant> until = state instanceof State.Waiting(var at, var _) ? at : Optional.empty();
                cursor = until.orElse(world.now());
                entries.add(new Entry(step, state, cursor, state instanceof State.Waiting && until.isEmpty()));
            } else {
                Instant planned = rule.estimate(world, cursor);
                cursor = planned.isAfter(cursor) ? planned : cursor;
                entries.add(new Entry(step, new State.Later(), cursor, true));
            }
        }
        return new PlanProgress(entries, plan.open() ? alarms : List.of());
    }

    private static Map<String, StepDone> byId(ChangePlan plan) {
        return plan.done().stream().collect(Collectors.toMap(StepDone::step, Function.identity()));
    }

    private static State state(Rule rule, Instant previous, World world) {
        return switch (rule.opens(world, previous)) {
            case Opening.Now() -> new State.Open(rule.sight(world).text());
            case Opening.At(var until, var why) -> new State.Waiting(Optional.of(until), why);
            case Opening.Blocked(var why) -> new State.Waiting(Optional.empty(), why);
        };
    }

    private static Optional<Alarm> undone(Rule rule, PlanStep step, World world) {
        return rule.lasting() && rule.sight(world) instanceof Sight.Against(var what) ? Optional.of(new Alarm.Undone(
                rule.id(), "No longer so: " + step.title(), what, List.of("Put it right before you go on. " + step.what())))
                : Optional.empty();
    }

    /// What the plan has to remember of these looks. Asked again with that, it is the same.
    public static Memory remember(ChangePlan plan, World world) {
        var byId = byId(plan);
        var memory = new Memory(world.ttls(), plan.memory().relapses());
        for (Rule rule : Rules.of(plan.change())) {
            if (rule.lasting() && byId.containsKey(rule.id())) {
                memory = memory.after(rule.id(), rule.sight(world), world.now());
            }
        }
        return memory;
    }

    /// The steps that the probes have seen done since, in order. Asked again with these among the done ones, there are
    /// none.
    public static List<StepDone> newlyDone(ChangePlan plan, World world) {
        var byId = byId(plan);
        var found = new ArrayList<StepDone>();
        Instant previous = plan.startedAt();
        for (Rule rule : Rules.of(plan.change())) {
            StepDone before = byId.get(rule.id());
            if (before != null) {
                previous = plan.memory().since(before, world.now());
            } else if (rule.opens(world, previous) instanceof Opening.Now
                    && rule.sight(world) instanceof Sight.Seen(var evidence)) {
                found.add(new StepDone(rule.id(), world.now(), evidence));
                previous = world.now();
            } else {
                return found;
            }
        }
        return found;
    }

    /// The step to work on; empty when all are done.
    public Optional<Entry> current() {
        return steps.stream().filter(entry -> !(entry.state() instanceof State.Done)).findFirst();
    }

    public boolean complete() {
        return current().isEmpty();
    }

    public long doneSteps() {
        return steps.stream().filter(entry -> entry.state() instanceof State.Done).count();
    }
}
