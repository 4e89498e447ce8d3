package dev.postern.bench.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// Samples what this process does, by the JVM's flight recorder.
final class Sampling {

    private static final int SHOWN = 25;

    private final Recording recording;

    private Sampling(Recording recording) {
        this.recording = recording;
    }

    static Sampling start() {
        var recording = new Recording();
        recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
        recording.start();
        return new Sampling(recording);
    }

    /// For people: how many of the samples were in each method, and in each method of ours with all that it called.
    List<String> stop() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("postern-samples", ".jfr");
        try {
            recording.dump(file);
            return told(RecordingFile.readAllEvents(file));
        } finally {
            recording.close();
            Files.delete(file);
        }
    }

    private static List<String> told(List<RecordedEvent> events) {
        var leaves = new HashMap<String, Integer>();
        var ours = new HashMap<String, Integer>();
        int samples = 0;
        for (RecordedEvent event : events) {
            RecordedStackTrace stack = event.getStackTrace();
            if (stack != null && !stack.getFrames().isEmpty()) {
                samples++;
                String group = ThreadGroups.of(Optional.ofNullable(event.getThread("sampledThread"))
                        .map(thread -> Optional.ofNullable(thread.getJavaName()).orElse("")).orElse(""));
                leaves.merge(group + ": " + name(stack.getFrames().getFirst()), 1, Integer::sum);
                stack.getFrames().stream().map(Sampling::name).filter(frame -> frame.startsWith("dev.postern.") && !frame.contains("$$Lambda")
                        && !frame.contains(".lambda$"))
                        .distinct().forEach(frame -> ours.merge(group + ": " + frame, 1, Integer::sum));
            }
        }
        var lines = new ArrayList<String>();
        lines.add(samples + " samples");
        top(leaves, samples, lines);
        lines.add("of ours, with what they call:");
        top(ours, samples, lines);
        return lines;
    }

    private static void top(Map<String, Integer> counts, int samples, List<String> lines) {
        counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry::getKey)).limit(SHOWN)
                .forEach(count -> lines.add("%5.1f %%  %s".formatted(100.0 * count.getValue() / samples, count.getKey())));
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }
}
