package dev.postern.tlsrpt;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a report says of one policy (RFC 8460 §4.4).
///
/// @param typeAsSent   the policy type in the sender's word
/// @param policyDomain in lower case, without trailing dot; absent where the sender named none
/// @param mxHosts      the policy's patterns, without a leading `mx:`
/// @param successful   sessions; absent where the sender did not count
/// @param failed       likewise; kept as sent even where the details exceed it
public record PolicyReport(PolicyType type, String typeAsSent, List<String> policyStrings,
                           Optional<String> policyDomain, List<String> mxHosts, OptionalLong successful,
                           OptionalLong failed, List<FailureDetail> failures) {
    public PolicyReport {
        if (successful.orElse(0) < 0 || failed.orElse(0) < 0) {
            throw new IllegalArgumentException("sessions are counted from zero");
        }
        policyStrings = List.copyOf(policyStrings);
        mxHosts = List.copyOf(mxHosts);
        failures = List.copyOf(failures);
    }
}
