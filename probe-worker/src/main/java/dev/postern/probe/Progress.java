package dev.postern.probe;

/// Hears of each step of a look.
@FunctionalInterface
public interface Progress {

    /// Nobody waits.
    Progress NOBODY = (_, _, _) -> { };

    /// @param step     what was just finished, for people
    /// @param finished steps done
    /// @param total    steps known so far
    void step(String step, int finished, int total);
}
