package dev.postern.rollout;

import java.util.List;

/// A step, and everything that it needs, met or not, in the order to work on it.
public record Gate(Step step, List<Requirement> requirements) {

    public Gate {
        requirements = List.copyOf(requirements);
    }

    public boolean open() {
        return requirements.stream().allMatch(Requirement::met);
    }

    public List<Requirement> missing() {
        return requirements.stream().filter(requirement -> !requirement.met()).toList();
    }
}
