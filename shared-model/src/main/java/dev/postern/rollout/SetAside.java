package dev.postern.rollout;

import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/// Failures of one sender that a person has looked at and found to lie with that sender. They no longer reset the clock;
/// they stay in the figures, and this stays in the audit.
///
/// It holds for failures up to the day it was made, so that a new fault is looked at anew.
///
/// @param organization the reporting organization as it names itself
/// @param type         only failures of this type; empty for all
/// @param mx           only failures at this MX; empty for all
/// @param reason       why, in the person's words
/// @param by           the person
/// @param ended        when and by whom it was taken back; empty while it holds
public record SetAside(UUID id, String organization, Optional<ResultType> type, Optional<String> mx, String reason,
                       String by, Instant at, Optional<Ended> ended) {

    /// Longest reason, in characters.
    public static final int LONGEST_REASON = 1_000;

    public record Ended(String by, Instant at) {
    }

    boolean covers(LocalDate day, String reporter, SenderDay.Failure failure) {
        return ended.isEmpty() && organization.equals(reporter) && !day.isAfter(LocalDate.ofInstant(at, ZoneOffset.UTC))
                && type.map(failure.type()::equals).orElse(true) && mx.map(failure.mx()::equals).orElse(true);
    }
}
