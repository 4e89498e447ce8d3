package dev.postern.app.base;

import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.NativeDetails;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import dev.postern.stream.Json;
import java.util.List;

/// A chart with a title, one sentence that says what it shows, and the same figures as a table.
///
/// The chart is drawn in the browser by ECharts from a plain description; colours follow the page's light or dark
/// scheme and can be told apart by the colour-blind.
@JavaScript("context://_static/echarts/6.0.0/dist/echarts.common.min.js")
@JavaScript("context://scripts/postern.js")
public final class ChartCard extends Section {

    /// What to draw.
    ///
    /// @param kind   `days`: columns over days; `bars`: one horizontal bar a label
    /// @param labels days as `yyyy-MM-dd`, or the names of the bars
    /// @param series each with one value a label
    public record Description(String kind, List<String> labels, List<Series> series) {
    }

    /// @param name  as the legend shows it
    /// @param tone  `good`, `problem`, or a result type's place in the palette as a number
    /// @param panel 0 for the upper, 1 for the lower panel of a chart with two
    public record Series(String name, String tone, int panel, List<Long> values) {
    }

    private final Div canvas = new Div();
    private final Paragraph sentence = new Paragraph();
    private final Div table = new Div();

    public ChartCard(String title) {
        addClassNames("card", "chart-card");
        canvas.addClassName("chart");
        canvas.getElement().setAttribute("role", "img");
        sentence.addClassName("secondary");
        table.addClassName("chart-table");
        var figures = new NativeDetails("Show as table", table);
        add(new H3(title), sentence, canvas, figures);
    }

    /// Draws, or draws again.
    ///
    /// @param words what the chart says, for those who can't see it and for those in a hurry
    /// @param head  name of the column of labels
    public void show(String words, String head, Description description) {
        sentence.setText(words);
        canvas.getElement().setAttribute("aria-label", words);
        canvas.getElement().executeJs("window.postern.chart(this, JSON.parse($0))", Json.text(description));
        table.removeAll();
        table.add(table(head, description));
    }

    private static NativeTable table(String head, Description description) {
        var header = new NativeTableRow(new NativeTableHeaderCell(head));
        description.series().forEach(series -> header.add(new NativeTableHeaderCell(series.name())));
        var body = new NativeTableBody();
        for (int i = 0; i < description.labels().size(); i++) {
            int row = i;
            if (description.series().stream().allMatch(series -> series.values().get(row) == 0)) {
                continue;
            }
            var line = new NativeTableRow(new NativeTableHeaderCell(description.labels().get(row)));
            description.series().forEach(series ->
                    line.add(new NativeTableCell(Words.count(series.values().get(row)))));
            body.add(line);
        }
        var table = new NativeTable(new NativeTableHeader(header), body);
        table.addClassName("figures");
        return table;
    }
}
