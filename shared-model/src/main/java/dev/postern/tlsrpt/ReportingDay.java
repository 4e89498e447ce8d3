package dev.postern.tlsrpt;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// The day that a report counts for.
public final class ReportingDay {

    private ReportingDay() {
    }

    /// The UTC day in which the middle of the period lies: a period is a UTC day (RFC 8460 §4.1), but some senders
    /// begin or end it a second or an hour off.
    public static LocalDate of(Instant start, Instant end) {
        return start.plus(Duration.between(start, end).dividedBy(2)).atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
