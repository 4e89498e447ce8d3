package dev.postern.bench;

import java.time.Duration;

/// What was measured while many domains were looked at.
///
/// @param domains    looked at
/// @param healthy    of them, those of which all was seen and nothing failed: all of them, unless answers were lost
/// @param took       from the first question to the last answer
/// @param cpu        processor time of this process
/// @param serversCpu processor time of the servers' process
/// @param machine    how busy the machine was with all that ran on it, from 0 to 1
/// @param heapBefore bytes in use after a collection, before
/// @param heapAfter  bytes in use after a collection, with the probe still there
record Run(int domains, int healthy, Duration took, Duration cpu, Duration serversCpu, double machine,
           long heapBefore, long heapAfter) {

    double perSecond() {
        return domains / seconds(took);
    }

    /// Of all that the processors could have done in the time, from 0 to 1.
    double cpuShare(int cores) {
        return seconds(cpu) / (seconds(took) * cores);
    }

    double serversCpuShare(int cores) {
        return seconds(serversCpu) / (seconds(took) * cores);
    }

    /// Seconds.
    double cpuPerDomain() {
        return seconds(cpu) / domains;
    }

    /// Domains in a second if the processors did nothing but this, probes and servers together.
    double coresBound(int cores) {
        return cores * domains / (seconds(cpu) + seconds(serversCpu));
    }

    /// Bytes that a domain left behind; below zero when there was less in use than before.
    double keptPerDomain() {
        return (double) (heapAfter - heapBefore) / domains;
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
