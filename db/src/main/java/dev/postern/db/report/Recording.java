package dev.postern.db.report;

/// What became of a report that was recorded.
public enum Recording {
    /// It is new and counted.
    COUNTED,
    /// The very same was there already; nothing changed.
    KNOWN,
    /// Its name was there with other content: kept apart, not counted.
    CONFLICTING
}
