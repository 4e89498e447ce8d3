package dev.postern.rollout;

import dev.postern.mtasts.StsPolicy;
import java.util.List;

/// What comes of a person's wish to take a step.
public sealed interface Decision {

    /// @param missing why not; never empty
    record Refused(List<Requirement> missing) implements Decision {
        public Refused {
            missing = List.copyOf(missing);
        }
    }

    /// Enter the phase and publish the policy, both at once.
    record Publish(Phase phase, StsPolicy policy) implements Decision {
    }
}
