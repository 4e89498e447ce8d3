package dev.postern.app.domain;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import dev.postern.app.base.Words;
import dev.postern.rollout.Fetcher;
import java.util.List;

/// Fetchers in rows: which network, which program, when, and until when it may hold what it fetched.
final class FetcherTable extends Div {

    private static final List<String> COLUMNS = List.of("Program", "Fetched", "Times", "Last", "Holds it until");

    /// @param holds in words
    record Row(Fetcher fetcher, String holds) {
    }

    FetcherTable(List<Row> rows) {
        var head = new NativeTableRow(new NativeTableHeaderCell("Network"));
        COLUMNS.forEach(column -> head.add(new NativeTableHeaderCell(column)));
        var body = new NativeTableBody();
        rows.forEach(row -> body.add(row(row)));
        var table = new NativeTable(new NativeTableHeader(head), body);
        table.addClassNames("figures", "fetchers");
        addClassName("chart-table");
        getElement().setAttribute("tabindex", "0");
        getElement().setAttribute("role", "region");
        getElement().setAttribute("aria-label", "Who fetched the policy");
        add(table);
    }

    private static NativeTableRow row(Row row) {
        Fetcher fetcher = row.fetcher();
        String agent = fetcher.network().isEmpty() ? "several" : fetcher.userAgent().isEmpty() ? "(not named)"
                : fetcher.userAgent();
        var cells = List.of(agent, fetcher.version().map(version -> "version " + version).orElse("an older policy"),
                Words.count(fetcher.fetches()), Words.time(fetcher.lastAt()), row.holds());
        var line = new NativeTableRow(new NativeTableHeaderCell(fetcher.network().orElse("Other networks")));
        for (int i = 0; i < cells.size(); i++) {
            var cell = new NativeTableCell(cells.get(i));
            // On a phone, cells stand under one another and the head is not shown.
            cell.getElement().setAttribute("data-label", COLUMNS.get(i));
            line.add(cell);
        }
        return line;
    }
}
