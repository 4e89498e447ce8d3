package dev.postern.rollout;

import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the timeline was told last of a domain's rollout. Kept between looks, so that each change is told once.
///
/// @param phaseBegan when the phase was entered that this is about, as text; a new phase begins anew
/// @param resetOn    the day of the last failure that set the clock back; null without one
/// @param openGates  steps whose gates were open
/// @param served     the newest version that was told as seen served; 0 for none
/// @param announced  likewise, with its id seen in the DNS
/// @param faults     ids of the checks whose failure makes senders refuse mail now
public record Standing(String phaseBegan, LocalDate resetOn, Set<Step> openGates, int served,
                       int announced, Set<String> faults) {

    public static final Standing NOTHING = new Standing("", null, Set.of(), 0, 0, Set.of());

    public Standing {
        openGates = Set.copyOf(openGates);
        faults = Collections.unmodifiableSet(new TreeSet<>(faults));
    }

    Optional<LocalDate> reset() {
        return Optional.ofNullable(resetOn);
    }
}
