package dev.postern.ingest.fuzz;

/// The bytes are a report.
public final class ReaderTarget {

    private ReaderTarget() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Invariants.readReport(input);
    }
}
