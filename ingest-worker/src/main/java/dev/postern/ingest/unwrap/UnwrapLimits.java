package dev.postern.ingest.unwrap;

/// How much of a mail is looked at.
///
/// @param maxParts   parts of one mail, nested ones included
/// @param maxDepth   of multiparts and mails within mails
/// @param maxReports taken out of one mail
/// @param maxHeaders header fields of one part
/// @param maxHeaderBytes of one header field
public record UnwrapLimits(int maxParts, int maxDepth, int maxReports, int maxHeaders, int maxHeaderBytes) {

    public static final UnwrapLimits DEFAULT = new UnwrapLimits(200, 12, 50, 1_000, 64 * 1_024);
}
