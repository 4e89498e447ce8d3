package dev.postern.app.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.app.base.CsvCell;
import dev.postern.db.imports.ProblemItem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The items of an import that were not counted, as a table for spreadsheets (RFC 4180), however many there are.
public final class ProblemsCsv {

    private static final int PAGE = 1_000;

    private final Imports imports;

    public ProblemsCsv(Imports imports) {
        this.imports = imports;
    }

    /// Writes all of it; the stream stays open.
    public void write(UUID tenant, UUID id, OutputStream out) throws IOException {
        var text = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        text.write("item,code,reason,wrong,conflicting,receipt\r\n");
        Optional<UUID> after = Optional.empty();
        List<ProblemItem> page;
        do {
            page = imports.problems(tenant, id, after, PAGE);
            for (ProblemItem item : page) {
                text.write(String.join(",", CsvCell.of(item.name()), CsvCell.of(item.code()), CsvCell.of(item.reason()),
                        Integer.toString(item.wrong()), Integer.toString(item.conflicting()),
                        item.receipt().toString()) + "\r\n");
                after = Optional.of(item.receipt());
            }
        } while (page.size() == PAGE);
        text.flush();
    }
}
