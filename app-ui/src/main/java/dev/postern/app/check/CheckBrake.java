package dev.postern.app.check;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/// Limits how many looks anonymous visitors can cause: each is some dozen connections to servers of somebody else.
///
/// At most [#FOR_ONE] an hour for one address and [#FOR_ALL] an hour for all, of this process only, in memory. An
/// IPv6 customer has a /64 at the least, so that is what counts as one address there.
public final class CheckBrake {

    static final int FOR_ONE = 10;
    static final int FOR_ALL = 60;
    static final Duration WINDOW = Duration.ofHours(1);
    private static final int MOST_ADDRESSES = 100_000;
    private static final int NETWORK_BYTES = 8;

    /// The times of looks inside the window, oldest first.
    private static final class Recent {

        private final int most;
        private final Deque<Instant> times = new ArrayDeque<>();

        Recent(int most) {
            this.most = most;
        }

        Optional<Instant> fullUntil(Instant now) {
            while (!times.isEmpty() && !times.peekFirst().plus(WINDOW).isAfter(now)) {
                times.removeFirst();
            }
            return times.size() < most ? Optional.empty() : Optional.of(times.peekFirst().plus(WINDOW));
        }
    }

    private final Recent all = new Recent(FOR_ALL);
    /// Forgetting the least used early is harmless: the limit for all holds.
    private final Cache<String, Recent> byAddress =
            CacheBuilder.newBuilder().expireAfterAccess(WINDOW).maximumSize(MOST_ADDRESSES).build();

    /// Counts one look.
    ///
    /// @param address of the visitor, as text
    /// @return when to come back; empty when the look is allowed, and then it counts
    public synchronized Optional<Instant> take(String address, Instant now) {
        Recent its = recent(address);
        Optional<Instant> until = its.fullUntil(now);
        if (until.isEmpty()) {
            until = all.fullUntil(now);
        }
        if (until.isEmpty()) {
            its.times.addLast(now);
            all.times.addLast(now);
        }
        return until;
    }

    /// Takes back the newest look that counted, since none was needed.
    public synchronized void giveBack(String address) {
        recent(address).times.pollLast();
        all.times.pollLast();
    }

    private Recent recent(String address) {
        try {
            return byAddress.get(network(address), () -> new Recent(FOR_ONE));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("making an empty list does not fail", impossible);
        }
    }

    private static String network(String address) {
        int zone = address.indexOf('%');
        String text = zone < 0 ? address : address.substring(0, zone);
        if (!InetAddresses.isInetAddress(text)) {
            return address;
        }
        InetAddress parsed = InetAddresses.forString(text);
        return parsed instanceof Inet6Address
                ? "/64 " + Arrays.toString(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
                : parsed.getHostAddress();
    }
}
