package dev.postern.rollout;

import dev.postern.check.Check;
import java.util.Optional;

/// One thing that a step needs, and what there is of it.
///
/// @param title what is needed, in a few words
/// @param have  what there is, in words a person can act on
/// @param met   whether that is enough
/// @param check the check whose evidence it rests on; empty for what rests on reports, time or the trail of policies
public record Requirement(String title, String have, boolean met, Optional<Check> check) {

    static Requirement of(String title, String have, boolean met) {
        return new Requirement(title, have, met, Optional.empty());
    }
}
