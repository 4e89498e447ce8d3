package dev.postern.bench.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// What was measured, for people.
final class IngestTable {

    private static final double MEGA = 1e6;

    private IngestTable() {
    }

    static String of(Reading.Result result) {
        var text = new StringBuilder(line("%d reports, %d read whole and verified; %.1f MB of JSON, half of them under %d "
                        + "bytes, the largest %.1f MB%n", result.reports(), result.good(), result.jsonBytes() / MEGA,
                result.medianBytes(), result.largestBytes() / MEGA));
        text.append(line("One core, in processor time%n%n%-28s %10s %8s %9s   %10s %8s %9s%n", "", "reports/s", "MB/s",
                "us each", "up to 3 KB", "MB/s", "us each"));
        result.whole().forEach((step, whole) -> {
            Reading.Speed small = result.small().get(step);
            text.append(line("%-28s %10.0f %8.1f %9.1f   %10.0f %8.1f %9.1f%n", step.words(), whole.reportsPerSecond(),
                    whole.megabytesPerSecond(), whole.microseconds(), small.reportsPerSecond(),
                    small.megabytesPerSecond(), small.microseconds()));
        });
        text.append(line("%nof tokenising only           %10.2f %28.2f   (read JSON)%n",
                ratio(result.whole(), Reading.Step.TOKENISE, Reading.Step.READ),
                ratio(result.small(), Reading.Step.TOKENISE, Reading.Step.READ)));
        text.append(line("of unpacking and tokenising  %10.2f %28.2f   (read gzip)%n", packedRatio(result.whole()),
                packedRatio(result.small())));
        return text.toString();
    }

    static double ratio(Map<Reading.Step, Reading.Speed> speeds, Reading.Step bound, Reading.Step reached) {
        return speeds.get(bound).microseconds() / speeds.get(reached).microseconds();
    }

    static double packedRatio(Map<Reading.Step, Reading.Speed> speeds) {
        return (speeds.get(Reading.Step.GUNZIP).microseconds() + speeds.get(Reading.Step.TOKENISE).microseconds())
                / speeds.get(Reading.Step.READ_GZIP).microseconds();
    }

    static String of(EndToEnd.Result result) {
        List<EndToEnd.Stage> stages = Stream.concat(result.few().stream(), result.many().stream()).toList();
        var text = new StringBuilder(line("%d reports a stage, %d cores for all processes, fsync on, acks=all; mails whose "
                + "signature was not verified: %d%n%n", stages.getFirst().reports(), result.cores(), result.unverified()));
        row(text, "", stages, stage -> stage.way().name());
        row(text, "stored before, reports", stages, stage -> Long.toString(stage.storedReports()));
        row(text, "stored before, failures", stages, stage -> Long.toString(stage.storedFailures()));
        row(text, "became visible", stages, stage -> Long.toString(stage.visible()));
        row(text, "bytes each, as sent", stages, stage -> line("%.0f", (double) stage.bytes() / stage.reports()));
        row(text, "visible/s", stages, stage -> line("%.0f", stage.seenPerSecond()));
        row(text, "acknowledged/s meanwhile", stages, stage -> line("%.0f", stage.acknowledgedPerSecond()));
        row(text, "appended to Kafka only/s", stages, stage -> line("%.0f", stage.appendedPerSecond()));
        row(text, "recorded only/s", stages, stage -> line("%.0f", stage.drainedPerSecond()));
        row(text, "same rows, bare inserts/s", stages, stage -> line("%.0f", stage.barePerSecond()));
        row(text, "visible of appended", stages, stage -> line("%.2f", stage.seenPerSecond() / stage.appendedPerSecond()));
        row(text, "recorded of bare inserts", stages, stage -> line("%.2f", stage.drainedPerSecond() / stage.barePerSecond()));
        text.append(line("%nprocessor time of a report, us%n"));
        var names = new TreeSet<String>();
        stages.forEach(stage -> names.addAll(stage.cpu().keySet()));
        names.forEach(name -> row(text, "  " + name, stages, stage -> line("%.0f", stage.cpuPerReport(name))));
        row(text, "  all but the sender", stages, stage -> line("%.0f", stage.cpuPerReport()));
        text.append(line("%nbytes of disk for a report%n"));
        row(text, "  database", stages, stage -> line("%.0f", (double) stage.databaseBytes() / stage.reports()));
        row(text, "  written to its log", stages, stage -> line("%.0f", (double) stage.logBytes() / stage.reports()));
        row(text, "  Kafka", stages, stage -> line("%.0f", (double) stage.kafkaBytes() / stage.reports()));
        text.append('\n');
        for (int i = 0; i < result.few().size(); i++) {
            EndToEnd.Stage few = result.few().get(i);
            EndToEnd.Stage many = result.many().get(i);
            text.append(line("%s: %.2f times the processor time and %.2f of the speed with %.0f times the reports stored%n",
                    few.way(), many.cpuPerReport() / few.cpuPerReport(), many.seenPerSecond() / few.seenPerSecond(),
                    (double) many.storedReports() / few.storedReports()));
        }
        for (EndToEnd.Stage stage : stages) {
            if (!stage.samples().isEmpty()) {
                text.append(line("%n%s with %d reports stored: ", stage.way(), stage.storedReports()));
                stage.samples().forEach(sample -> text.append(sample).append('\n'));
            }
        }
        return text.toString();
    }

    static String of(List<LargeReports.Case> cases) {
        var text = new StringBuilder(line("A heap of %s%n%n%-42s %-18s %12s %8s %12s%n", LargeReports.HEAP, "", "outcome",
                "MB read", "seconds", "peak MiB"));
        for (LargeReports.Case one : cases) {
            text.append(line("%-42s %-18s %12.1f %8.1f %12.0f%n", one.what(), one.outcome(), one.read() / MEGA,
                    one.milliseconds() / 1e3, one.peak() / 1024.0 / 1024.0));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String name, List<EndToEnd.Stage> stages,
                            Function<EndToEnd.Stage, String> cell) {
        var cells = new ArrayList<String>();
        stages.forEach(stage -> cells.add("%10s".formatted(cell.apply(stage))));
        text.append("%-28s %s%n".formatted(name, String.join(" ", cells)));
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
