package dev.postern.rollout.plan;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a plan has to remember of earlier looks.
///
/// @param ttls     the longest that were seen since it was made
/// @param relapses by step, of those that were done and for a while were not so: what waits for such a step waits anew
public record Memory(Ttls ttls, Map<String, Relapse> relapses) {

    public static final Memory NOTHING = new Memory(Ttls.NONE, Map.of());

    /// @param overAt when a look first found it in order again; empty while none has
    public record Relapse(Instant lastSeen, Optional<Instant> overAt) {
    }

    public Memory {
        relapses = Map.copyOf(relapses);
    }

    /// When a step counts as done for what waits for it.
    Instant since(StepDone done, Instant now) {
        Relapse relapse = relapses.get(done.step());
        return relapse == null ? done.at() : relapse.overAt().orElse(now);
    }

    /// With what these looks say of a step that was done.
    Memory after(String step, Sight sight, Instant now) {
        Relapse before = relapses.get(step);
        Relapse after = switch (sight) {
            case Sight.Against _ -> new Relapse(now, Optional.empty());
            case Sight.Seen _ when before != null && before.overAt().isEmpty() -> new Relapse(before.lastSeen(),
                    Optional.of(now));
            default -> before;
        };
        if (after == null || after.equals(before)) {
            return this;
        }
        var all = new HashMap<>(relapses);
        all.put(step, after);
        return new Memory(ttls, all);
    }
}
