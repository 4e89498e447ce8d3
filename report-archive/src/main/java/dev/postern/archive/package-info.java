/// Files in which people keep old reports: a single report, a mail, an mbox, a maildir, and zip or tar archives of all of
/// these. [dev.postern.archive.ArchiveReader] walks through one and gives out what may be a report, an item at a time.
///
/// Archives come from strangers' mailboxes and strangers' senders: sizes, counts and ratios are bounded, nothing is
/// written to disk, and the names in an archive are only ever shown.
package dev.postern.archive;
