package dev.postern.db.report;

import dev.postern.tlsrpt.ResultType;
import java.util.Optional;
import java.util.OptionalLong;

/// One failure of a stored report.
///
/// @param typeAsSent the result type in the sender's word, which matters where it is an unknown one
public record StoredFailure(ResultType type, String typeAsSent, Optional<String> sendingMtaIp,
                            Optional<String> receivingMxHostname, Optional<String> receivingIp,
                            OptionalLong failedSessions, Optional<String> additionalInformation,
                            Optional<String> failureReasonCode) {
}
