package dev.postern.app.plan;

import dev.postern.name.DomainName;
import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.PlanProgress;

/// A plan and where it stands now.
public record PlanView(DomainName domain, ChangePlan plan, PlanProgress progress) {
}
