package dev.postern.db.imports;

/// How far the files of an import are read. What is read may still have to be recorded.
public enum ImportState {
    /// For its turn: an organisation's imports are read a few at a time.
    WAITING,
    READING,
    /// To the end.
    READ,
    /// Not to the end: damaged, beyond a limit, or the log did not take it. What came before counts.
    FAILED,
    /// The process that read it is gone. What it had read counts.
    INTERRUPTED;

    /// Whether nothing more will be read.
    public boolean isEnd() {
        return this != WAITING && this != READING;
    }
}
