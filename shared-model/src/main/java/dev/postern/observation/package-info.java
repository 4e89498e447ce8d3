/// What probes saw, as plain records: DNS answers, a policy host's answer, the dialogue with every MX. Nothing here
/// judges; [dev.postern.check] does.
///
/// An observation is complete by itself: it carries every question with its answer, so what was concluded from it can
/// be concluded again, by a later version of the rules or by an auditor.
package dev.postern.observation;
