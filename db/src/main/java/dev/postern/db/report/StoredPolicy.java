package dev.postern.db.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One policy of a stored report, with its failures.
///
/// @param type     the policy type as sent
public record StoredPolicy(String type, Optional<String> policyDomain, List<String> policyStrings,
                           List<String> mxHosts, OptionalLong successful, OptionalLong failed,
                           List<StoredFailure> failures) {
}
