package dev.postern.rollout;

import java.time.LocalDate;

/// What reports say of one day, in UTC.
///
/// @param reports          how many reports cover it
/// @param sessions         sessions that they counted under MTA-STS, successful or not
/// @param blockingFailures failed sessions that `enforce` would have refused
public record WatchDay(LocalDate day, int reports, long sessions, long blockingFailures) {
}
