/// Where a domain stands on its way to `enforce`, what may come next, and what that step still needs.
///
/// A phase is Postern's word for the plan; the policy's `mode` is what senders read. Nothing here looks at a clock.
package dev.postern.rollout;
