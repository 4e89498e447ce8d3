package dev.postern.app.bulk;

import dev.postern.rollout.Facts;
import dev.postern.rollout.Gate;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Requirement;
import dev.postern.rollout.Rollout;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What several domains may do now: for each step that the phase of one of them has, which may take it, and why the
/// others may not.
///
/// @param steps in the order of [Step]
public record StepChoices(List<Choice> steps) {

    /// @param open    those whose gate is open, by name
    /// @param reasons why others may not, most domains first. A domain that misses several things stands in several
    /// @param total   how many domains were asked about
    public record Choice(Step step, List<Candidate> open, List<Reason> reasons, int total) {

        /// How many may not.
        public int shut() {
            return total - open.size();
        }
    }

    /// @param maxAge how long senders hold the newest policy
    public record Candidate(MailDomain domain, MaxAge maxAge) {
    }

    /// @param why     what is missing
    /// @param domains by name
    public record Reason(String why, List<MailDomain> domains) {
    }

    public StepChoices {
        steps = List.copyOf(steps);
    }

    /// Empty where no domain's phase has the step.
    public Optional<Choice> of(Step step) {
        return steps.stream().filter(choice -> choice.step() == step).findFirst();
    }

    public static StepChoices of(List<Facts> all) {
        var gates = new HashMap<Facts, Map<Step, Gate>>();
        for (Facts facts : all) {
            var its = new EnumMap<Step, Gate>(Step.class);
            Rollout.gates(facts).forEach(gate -> its.put(gate.step(), gate));
            gates.put(facts, its);
        }
        var byName = all.stream().sorted(Comparator.comparing(facts -> facts.domain().name().ascii())).toList();
        var choices = new ArrayList<Choice>();
        for (Step step : Step.values()) {
            if (gates.values().stream().anyMatch(its -> its.containsKey(step))) {
                choices.add(choice(step, byName, gates));
            }
        }
        return new StepChoices(choices);
    }

    private static Choice choice(Step step, List<Facts> all, Map<Facts, Map<Step, Gate>> gates) {
        var open = new ArrayList<Candidate>();
        var missing = new TreeMap<String, List<MailDomain>>();
        for (Facts facts : all) {
            Gate gate = gates.get(facts).get(step);
            if (gate == null) {
                missing.computeIfAbsent("In " + facts.domain().phase().title() + ", which this step does not start from",
                        _ -> new ArrayList<>()).add(facts.domain());
            } else if (gate.open()) {
                open.add(new Candidate(facts.domain(), MaxAge.atMost(facts.trail().newest().map(PolicyVersion::published)
                        .map(policy -> policy.policy().maxAgeSeconds()).orElse(0L))));
            } else {
                for (Requirement requirement : gate.missing()) {
                    missing.computeIfAbsent(requirement.title(), _ -> new ArrayList<>()).add(facts.domain());
                }
            }
        }
        return new Choice(step, List.copyOf(open), missing.entrySet().stream()
                .map(entry -> new Reason(entry.getKey(), List.copyOf(entry.getValue())))
                .sorted(Comparator.comparing((Reason reason) -> reason.domains().size()).reversed()).toList(), all.size());
    }
}
