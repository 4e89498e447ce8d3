package dev.postern.tlsrpt;

import java.util.Optional;
import java.util.OptionalLong;

/// One kind of failure in a report (RFC 8460 §4.4). Kinds overlap: details need not add up to the total.
///
/// @param typeAsSent          the result type in the sender's word
/// @param receivingMxHostname in lower case, without trailing dot
/// @param failedSessions      absent where the sender did not count
/// @param failureReasonCode   the sender's own code
public record FailureDetail(ResultType type, String typeAsSent, Optional<String> sendingMtaIp,
                            Optional<String> receivingMxHostname, Optional<String> receivingMxHelo,
                            Optional<String> receivingIp, OptionalLong failedSessions,
                            Optional<String> additionalInformation, Optional<String> failureReasonCode) {
    public FailureDetail {
        if (failedSessions.orElse(0) < 0) {
            throw new IllegalArgumentException("sessions are counted from zero");
        }
    }
}
