package dev.postern.app.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.server.streams.DownloadHandler;
import com.vaadin.flow.server.streams.DownloadResponse;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a page shows, as a table for spreadsheets (RFC 4180), of which no cell is a formula.
///
/// @param rows each as long as the head
public record CsvTable(List<String> head, List<List<String>> rows) {

    public byte[] bytes() {
        return Stream.concat(Stream.of(head), rows.stream())
                .map(row -> row.stream().map(CsvCell::of).collect(Collectors.joining(",", "", "\r\n")))
                .collect(Collectors.joining()).getBytes(UTF_8);
    }

    /// A link that downloads what the page shows at the moment of the click.
    ///
    /// @param name  of the file, without `.csv`
    /// @param shown asked with the page locked
    public static Anchor link(String name, Supplier<CsvTable> shown) {
        var link = new Anchor(DownloadHandler.fromInputStream(event -> {
            byte[] bytes = locked(event.getUI(), shown).bytes();
            return new DownloadResponse(new ByteArrayInputStream(bytes), name + ".csv", "text/csv; charset=utf-8",
                    bytes.length);
        }), Texts.of("csv.download"));
        link.getElement().setAttribute("download", true);
        link.addClassName("button-link");
        return link;
    }

    private static CsvTable locked(UI page, Supplier<CsvTable> shown) {
        var tables = new ArrayList<CsvTable>();
        page.accessSynchronously(() -> tables.add(shown.get()));
        return tables.getFirst();
    }
}
