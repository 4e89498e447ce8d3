/// Records who fetched the policies of the policy host, from `policy.fetched` to the database.
///
/// It is what tells, after a mistake, which senders hold the policy that does harm, and until when (RFC 8461 §3.2).
package dev.postern.ingest.fetches;
