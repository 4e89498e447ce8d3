/// Who fetched which version of a policy: the policy host's log, as far as senders may still hold what they fetched.
///
/// Kept are networks, user agents, times and counts, for as long as the longest `max_age` that the domain has
/// published; never addresses.
package dev.postern.db.fetch;
