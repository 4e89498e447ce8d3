package dev.postern.bench;

import java.time.Duration;

/// Both runs, and what there is to set them against.
///
/// @param cores        processors of the machine
/// @param unloadedNear how long one domain takes by itself with all servers next door
/// @param unloadedFar  the same with all servers a round trip away
record Result(Plan plan, int cores, Duration unloadedNear, Duration unloadedFar, Run small, Run large) {

    /// From here on there is no processor left to speak of.
    private static final double SATURATED = 0.85;

    /// Round trips that follow upon each other in a look at one domain: what distance adds, in units of distance.
    long roundTrips() {
        return Math.max(1, Math.round(Run.seconds(unloadedFar.minus(unloadedNear)) / Run.seconds(plan.roundTrip())));
    }

    /// Domains in a second if nothing but the distance took time.
    double bound() {
        return plan.atOnce() / (roundTrips() * Run.seconds(plan.roundTrip()));
    }

    /// How much of the bound was reached.
    double reached(Run run) {
        return run.perSecond() / bound();
    }

    /// Whether the processors, not the distance, said how fast it went.
    boolean cpuBound(Run run) {
        return Math.max(run.machine(), run.cpuShare(cores) + run.serversCpuShare(cores)) > SATURATED;
    }

    /// Processor time of a domain in the large run to that in the small one; 1 is ideal.
    double costRatio() {
        return large.cpuPerDomain() / small.cpuPerDomain();
    }
}
