package dev.postern.rollout.plan;

import dev.postern.mtasts.MxPattern;
import dev.postern.rollout.Step;
import java.util.List;
import java.util.Optional;

/// One step of a plan.
///
/// @param id        stable within the plan, in kebab case
/// @param what      what to do, in the domain's own names
/// @param lines     exact text to copy: DNS records, policy files
/// @param why       why, and why in this order, with the clause
/// @param checkedBy what a probe must see for it to be done
/// @param act       what Postern can do for it at the press of a button; empty where it can't, or has done it
public record PlanStep(String id, String title, String what, List<Line> lines, String why, Doer doer, String checkedBy,
                       Optional<Act> act) {

    /// Who does it.
    public enum Doer {
        /// In DNS or at a server: nobody else can.
        YOU,
        /// In Postern, at the press of a button.
        POSTERN
    }

    /// @param value may have several lines
    public record Line(String label, String value) {
    }

    /// What a button does.
    public sealed interface Act {

        /// Publish a policy that names these MXs.
        record Publish(List<MxPattern> mx) implements Act {
            public Publish {
                mx = List.copyOf(mx);
            }
        }

        /// Take a step of the rollout.
        record Take(Step step) implements Act {
        }
    }

    public PlanStep {
        lines = List.copyOf(lines);
    }
}
