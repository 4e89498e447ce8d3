/// Changes to a mail domain that must not refuse mail on the way: an ordered plan, what opens each step, what counts as
/// done, and what to do when the world moves against it.
///
/// Senders hold a policy for `max_age` and DNS answers for their TTL, so a change that is right in the end can refuse
/// mail for weeks when its steps come in the wrong order. [Change] is what a person wants, [PlanProgress] where it stands,
/// [Alarm] what went wrong meanwhile. Nothing here looks at a clock or at the network: [World] is what was seen.
package dev.postern.rollout.plan;
