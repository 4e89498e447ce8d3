package dev.postern.app.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.app.base.CsvCell;
import dev.postern.rollout.Step;
import java.util.List;

/// What came of a step for many domains, as a table for spreadsheets (RFC 4180).
final class ResultsCsv {

    private ResultsCsv() {
    }

    static byte[] of(Step step, List<BulkRun.Result> results) {
        var text = new StringBuilder("domain,step,outcome,detail\r\n");
        for (BulkRun.Result result : results) {
            text.append(String.join(",", CsvCell.of(result.domain().name().ascii()), CsvCell.of(step.name()),
                    CsvCell.of(result.ending().word()), CsvCell.of(result.detail()))).append("\r\n");
        }
        return text.toString().getBytes(UTF_8);
    }
}
