package dev.postern.ingest.unwrap;

/// How much is looked through for reports before it is refused. Each refusal names the limit.
///
/// @param maxDepth        of multiparts and mails in each other
/// @param maxParts        of a mail, in all
/// @param maxCandidates   for reports in one message
/// @param maxBytes        of parts together, as they stand in the mail
/// @param maxHeaders      fields in one header
/// @param maxHeaderLength of one header field, in bytes, with its folded lines
/// @param zip             for archives
public record UnwrapLimits(int maxDepth, int maxParts, int maxCandidates, long maxBytes, int maxHeaders,
                           int maxHeaderLength, Zip zip) {

    /// How much of the ZIP archives of one message is unpacked.
    ///
    /// @param maxEntries of one archive
    /// @param maxBytes   of all entries together, unpacked
    /// @param maxRatio   of an archive's unpacked bytes to its packed ones, once there is more than a mebibyte of the
    ///                   former. Reports come down to a thirtieth; a bomb to a thousandth.
    public record Zip(int maxEntries, int maxBytes, int maxRatio) {
        public static final Zip DEFAULT = new Zip(100, 64 << 20, 200);
    }

    public static final UnwrapLimits DEFAULT =
            new UnwrapLimits(12, 200, 20, 64L << 20, 1_000, 64 * 1024, Zip.DEFAULT);
}
