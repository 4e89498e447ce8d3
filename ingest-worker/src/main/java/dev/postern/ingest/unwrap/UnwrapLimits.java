package dev.postern.ingest.unwrap;

/// How much of a mail is looked through before it is refused.
///
/// @param maxDepth      of multiparts and mails in each other
/// @param maxParts      in all
/// @param maxCandidates for reports in one mail
/// @param maxBytes      of parts together, as they stand in the mail
public record UnwrapLimits(int maxDepth, int maxParts, int maxCandidates, long maxBytes) {

    public static final UnwrapLimits DEFAULT = new UnwrapLimits(12, 200, 20, 64L << 20);
}
