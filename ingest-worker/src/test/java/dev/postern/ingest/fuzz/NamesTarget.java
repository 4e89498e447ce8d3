package dev.postern.ingest.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.parse.Parsed;
import dev.postern.tlsrpt.ReportFileName;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.TlsRptRecord;
import java.util.List;

/// The lines are a file name of a report, TXT records, and report addresses, each read as all three.
public final class NamesTarget {

    private NamesTarget() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        List<String> lines = List.of(text.split("\n", 20));
        record(TlsRptRecord.parse(lines));
        for (String line : lines) {
            record(TlsRptRecord.parse(List.of(line)));
            fileName(line);
            address(line);
        }
    }

    private static void record(Parsed<TlsRptRecord> parsed) {
        switch (parsed) {
            case Parsed.Invalid<TlsRptRecord>(var problems) -> Invariants.speakable(problems);
            case Parsed.Valid<TlsRptRecord>(var record, var notes) -> {
                Invariants.speakable(notes);
                Invariants.shown(record.render().substring(0, Math.min(1_000, record.render().length())));
                Invariants.require(TlsRptRecord.parse(List.of(record.render())).orThrow().equals(record),
                        "it reads back as another record");
            }
        }
    }

    private static void fileName(String line) {
        switch (ReportFileName.parse(line)) {
            case Parsed.Invalid<ReportFileName>(var problems) -> Invariants.speakable(problems);
            case Parsed.Valid<ReportFileName>(var name, var notes) -> {
                Invariants.speakable(notes);
                Invariants.shown(name.render());
                Invariants.require(ReportFileName.parse(name.render()).orThrow().equals(name),
                        "it reads back as another file name");
            }
        }
    }

    private static void address(String line) {
        switch (ReportUri.parse(line)) {
            case Parsed.Invalid<ReportUri>(var problems) -> Invariants.speakable(problems);
            case Parsed.Valid<ReportUri>(var uri, var notes) -> {
                Invariants.speakable(notes);
                Invariants.require(ReportUri.parse(uri.uri()).orThrow().equals(uri), "it reads back as another address");
            }
        }
    }
}
