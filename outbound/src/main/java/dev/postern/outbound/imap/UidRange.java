package dev.postern.outbound.imap;

import java.util.List;

/// UIDs that were found.
///
/// @param uids   ascending
/// @param upTo   how far was looked: up to here there are no others
/// @param whole  whether the folder has no further ones
public record UidRange(List<Long> uids, long upTo, boolean whole) {
}
