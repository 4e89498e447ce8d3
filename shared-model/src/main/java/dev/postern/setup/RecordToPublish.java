package dev.postern.setup;

import dev.postern.check.Check;

/// One DNS record for the domain's owner to publish.
///
/// @param check the check that tells whether it is live
/// @param name  owner name, fully qualified, without trailing dot
/// @param type  `TXT` or `CNAME`
/// @param why   what it is for, and when to publish it
/// @param ready false while it must not be published yet (RFC 8461 §8.1: the policy before the id)
public record RecordToPublish(Check check, String name, String type, String value, String why, boolean ready) {
}
