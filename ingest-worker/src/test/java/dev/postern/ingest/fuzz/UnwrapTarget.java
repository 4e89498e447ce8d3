package dev.postern.ingest.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.ingest.unwrap.ReportCandidate;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Parsed;
import java.util.List;

/// The first line is the content type, the rest is what came: a mail, an archive, a report.
public final class UnwrapTarget {

    private static final UnwrapLimits LIMITS =
            new UnwrapLimits(6, 30, 5, 1 << 20, 100, 4_096, new UnwrapLimits.Zip(10, 1 << 22, 100));
    private static final Unwrapper UNWRAPPER = new Unwrapper(LIMITS);

    private UnwrapTarget() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        String type = new String(input, 0, end, ISO_8859_1);
        byte[] received = new byte[Math.max(0, input.length - end - 1)];
        System.arraycopy(input, input.length - received.length, received, 0, received.length);
        switch (UNWRAPPER.unwrap(received, type)) {
            case Parsed.Invalid<List<ReportCandidate>>(var problems) -> Invariants.speakable(problems);
            case Parsed.Valid<List<ReportCandidate>>(var candidates, var notes) -> {
                Invariants.speakable(notes);
                Invariants.require(!candidates.isEmpty() && candidates.size() <= LIMITS.maxCandidates(),
                        candidates.size() + " candidates");
                candidates.forEach(candidate -> Invariants.readReport(candidate.bytes()));
            }
        }
    }
}
