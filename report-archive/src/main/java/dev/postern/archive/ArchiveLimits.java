package dev.postern.archive;

/// How much is read of the files of one import before the rest is refused.
///
/// @param maxItemBytes     of one mail or report as it stands in the archive
/// @param maxItems         items and what is left out, together
/// @param maxUnpackedBytes of everything that is unpacked, at every level
/// @param maxRatio         of unpacked bytes to bytes of the file; applies from [#RATIO_FROM] on
/// @param maxArchives      zip and tar archives in each other
public record ArchiveLimits(int maxItemBytes, long maxItems, long maxUnpackedBytes, long maxRatio, int maxArchives) {

    /// Below this nobody is harmed, whatever the ratio: a few empty lines compress a thousandfold.
    static final long RATIO_FROM = 256L << 20;
    /// Of gzip, archives and mailboxes together in each other.
    static final int MAX_LAYERS = 6;

    /// @param maxItemBytes what the log takes of one message
    public static ArchiveLimits usual(int maxItemBytes) {
        return new ArchiveLimits(maxItemBytes, 1_000_000, 64L << 30, 200, 2);
    }
}
