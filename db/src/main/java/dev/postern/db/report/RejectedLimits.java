package dev.postern.db.report;

/// How much is kept of what an organisation could not count: whoever knows a report address can send garbage to it, and
/// must not fill the disk with it.
///
/// @param items newest ones kept at the most
/// @param bytes of their contents together at the most
public record RejectedLimits(int items, long bytes) {

    public static final RejectedLimits DEFAULT = new RejectedLimits(10_000, 1L << 30);

    /// What stays once there are too many: a little less, so that not each further one needs a clearing of its own.
    RejectedLimits afterClearing() {
        return new RejectedLimits(items - items / 10, bytes - bytes / 10);
    }
}
