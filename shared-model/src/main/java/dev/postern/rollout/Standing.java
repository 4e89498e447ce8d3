package dev.postern.rollout;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the timeline was told last of a domain's rollout. Kept between looks, so that each change is told once.
///
/// @param phaseBegan when the phase was entered that this is about, as text; a new phase begins anew
/// @param resetOn    the day of the last failure that set the clock back; null without one
/// @param openGates  steps whose gates were open
/// @param served     the newest version that was told as seen served; 0 for none
/// @param announced  likewise, with its id seen in the DNS
/// @param faults     ids of the checks whose failure makes senders refuse mail now
/// @param mx         MX hosts that the last look saw; null in what an older version wrote, then none
/// @param departed   hosts that are MXs no more, with the look that first missed them; likewise
public record Standing(String phaseBegan, LocalDate resetOn, Set<Step> openGates, int served,
                       int announced, Set<String> faults, Set<String> mx, Map<String, Instant> departed) {

    /// How long a resolver may go on leading senders to an MX that has left the DNS: the longest TTL that
    /// [dev.postern.check.Check#DNS_TTL] takes for good.
    static final Duration MX_CACHED = Duration.ofDays(1);

    public static final Standing NOTHING = new Standing("", null, Set.of(), 0, 0, Set.of(), Set.of(), Map.of());

    public Standing {
        mx = mx == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(mx));
        departed = departed == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(departed));
        openGates = Set.copyOf(openGates);
        faults = Collections.unmodifiableSet(new TreeSet<>(faults));
    }

    /// Hosts that senders may still take for MXs, since resolvers hold the MX records of before.
    ///
    /// @param observed what the last look saw
    public Map<String, Instant> departedMx(List<String> observed, Instant now) {
        var hosts = new TreeMap<String, Instant>();
        mx.forEach(host -> hosts.put(host, now));
        hosts.putAll(departed);
        hosts.keySet().removeAll(observed);
        hosts.values().removeIf(at -> !at.plus(MX_CACHED).isAfter(now));
        return hosts;
    }

    Optional<LocalDate> reset() {
        return Optional.ofNullable(resetOn);
    }
}
