package dev.postern.db.report;

/// What became of a report that was recorded.
public enum Recording {
    /// It is new and counted.
    COUNTED,
    /// It is authentic and counted now; another one of its name that anybody may have sent no longer is.
    DISPLACING,
    /// The very same was there already; nothing changed, but perhaps that it is known to be authentic now.
    KNOWN,
    /// Its name was there with other content: kept apart, not counted.
    CONFLICTING
}
