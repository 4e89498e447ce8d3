package dev.postern.archive;

import dev.postern.parse.Problem;

/// What has been read of an import so far, held against its limits.
final class Budget {

    /// A limit is reached; the rest of the import is not read.
    static final class Spent extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Spent(String code, String message) {
            super(message, null, false, false);
            problem = new Problem(code, message, "");
        }

        Problem problem() {
            return problem;
        }
    }

    private final ArchiveLimits limits;
    private long items;
    private long unpacked;
    /// Read by others for their progress bars.
    private volatile long packed;

    Budget(ArchiveLimits limits) {
        this.limits = limits;
    }

    long packed() {
        return packed;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void packed(long bytes) {
        // One thread reads an import.
        packed += bytes;
    }

    void unpacked(long bytes) {
        unpacked += bytes;
        if (unpacked > limits.maxUnpackedBytes()) {
            throw new Spent("archive-too-large", "It unpacks to more than " + limits.maxUnpackedBytes()
                    + " bytes, the limit. Import it in parts.");
        }
        if (unpacked > ArchiveLimits.RATIO_FROM && unpacked > limits.maxRatio() * packed) {
            throw new Spent("archive-ratio", "It unpacks to more than " + limits.maxRatio()
                    + " times its size, which archives of reports never do.");
        }
    }

    void item() {
        if (++items > limits.maxItems()) {
            throw new Spent("archive-too-many-items", "It holds more than " + limits.maxItems()
                    + " items, the limit. Import it in parts.");
        }
    }
}
