package dev.postern.bench;

import java.util.Locale;
import java.util.function.Function;

/// A [Result] for people.
final class Table {

    private static final double MIB = 1024 * 1024;

    private Table() {
    }

    static String of(Result result) {
        int cores = result.cores();
        var text = new StringBuilder();
        text.append("""
                %d domains at once, %d ms to every server and back, %d cores
                The servers run on the same cores, in a process of their own.

                one domain by itself       %.0f ms, %.0f ms with servers next door: %d round trips one after another
                bound by distance          %d / (%d x %d ms) = %.0f domains/s

                """.formatted(result.plan().atOnce(), result.plan().roundTrip().toMillis(), cores,
                1000 * Run.seconds(result.unloadedFar()), 1000 * Run.seconds(result.unloadedNear()),
                result.roundTrips(), result.plan().atOnce(), result.roundTrips(),
                result.plan().roundTrip().toMillis(), result.bound()));
        row(text, "domains", result, run -> "%d".formatted(run.domains()));
        row(text, "seen whole and healthy", result, run -> "%d".formatted(run.healthy()));
        row(text, "seconds", result, run -> number("%.1f", Run.seconds(run.took())));
        row(text, "domains/s", result, run -> number("%.1f", run.perSecond()));
        row(text, "of the bound", result, run -> number("%.2f", result.reached(run)));
        row(text, "the cores allow", result, run -> number("%.1f", run.coresBound(cores)));
        row(text, "CPU, all of the machine", result, run -> number("%.0f %%", 100 * run.machine()));
        row(text, "CPU, probes", result, run -> number("%.0f %%", 100 * run.cpuShare(cores)));
        row(text, "CPU, servers", result, run -> number("%.0f %%", 100 * run.serversCpuShare(cores)));
        row(text, "CPU ms a domain, probes", result, run -> number("%.1f", 1000 * run.cpuPerDomain()));
        row(text, "heap MiB before", result, run -> number("%.1f", run.heapBefore() / MIB));
        row(text, "heap MiB after", result, run -> number("%.1f", run.heapAfter() / MIB));
        row(text, "bytes kept a domain", result, run -> number("%.0f", run.keptPerDomain()));
        text.append(number("%n%.2f times the CPU for a domain when there are %.0f times as many%n", result.costRatio(),
                (double) result.large().domains() / result.small().domains()));
        if (result.cpuBound(result.small()) || result.cpuBound(result.large())) {
            text.append("CPU-bound: the cores were busy, so the speed tells of them and not of the distance.\n");
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String name, Result result, Function<Run, String> cell) {
        text.append("%-25s %10s %10s%n".formatted(name, cell.apply(result.small()), cell.apply(result.large())));
    }

    private static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
