package dev.postern.app.imports;

import dev.postern.archive.Found;
import dev.postern.db.imports.ImportJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What an import leaves out, counted by reason. Safe for several threads.
final class LeftOutCount {

    private static final int EXAMPLES = 20;

    private record Tally(long count, List<String> examples) {
    }

    private final Map<Found.Reason, Tally> tallies = new EnumMap<>(Found.Reason.class);

    synchronized void add(Found.LeftOut found) {
        Tally before = tallies.getOrDefault(found.reason(), new Tally(0, List.of()));
        List<String> examples = before.examples();
        if (examples.size() < EXAMPLES) {
            examples = new ArrayList<>(examples);
            examples.add(found.name());
        }
        tallies.put(found.reason(), new Tally(before.count() + 1, examples));
    }

    synchronized long total() {
        return tallies.values().stream().mapToLong(Tally::count).sum();
    }

    /// The most frequent first.
    synchronized List<ImportJob.LeftOut> reasons() {
        return tallies.entrySet().stream()
                .map(each -> new ImportJob.LeftOut(each.getKey().code(), each.getKey().words(), each.getValue().count(),
                        List.copyOf(each.getValue().examples())))
                .sorted(Comparator.comparingLong(ImportJob.LeftOut::count).reversed()).toList();
    }
}
