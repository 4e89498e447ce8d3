package dev.postern.app.mxhost;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import dev.postern.app.base.ChartCard;
import dev.postern.app.base.ChartCard.Description;
import dev.postern.app.base.ChartCard.Series;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.db.report.Figures;
import dev.postern.db.report.PolicyTypeFigures;
import dev.postern.tlsrpt.PolicyType;
import java.util.List;
import java.util.stream.Collectors;

/// Figures of one policy type after another. There is no total over them: one session may stand under several
/// (RFC 8460 §4.3).
final class PolicyTypeCards extends Div {

    private static final List<String> COLUMNS = List.of("Sessions", "Failed", "Failures", "Reported by", "Reports");

    PolicyTypeCards() {
        addClassName("stack");
    }

    void show(List<PolicyTypeFigures> figures) {
        removeAll();
        figures.forEach(each -> add(card(each)));
    }

    private static Component card(PolicyTypeFigures figures) {
        var charts = new Div();
        charts.addClassName("breakdown");
        if (!figures.results().isEmpty()) {
            var results = new ChartCard("Failures by result type");
            results.show(figures.results().getFirst().type().meaning(), "Result type", new Description("bars",
                    figures.results().stream().map(row -> row.type().wire()).toList(), List.of(new Series("Failed",
                    "problem", 0, figures.results().stream().map(Figures.ByResultType::failed).toList()))));
            charts.add(results);
        }
        var organizations = new ChartCard("By reporting organization");
        organizations.show("Who reported, and what they counted.", "Reporting organization", new Description("bars",
                figures.organizations().stream().map(row -> named(row.organizationName())).toList(),
                List.of(new Series("Successful", "good", 0,
                                figures.organizations().stream().map(Figures.ByOrganization::successful).toList()),
                        new Series("Failed", "problem", 0,
                                figures.organizations().stream().map(Figures.ByOrganization::failed).toList()))));
        charts.add(organizations);
        var card = new Section(new H2(title(figures.type())), new Paragraph(meaning(figures.type())), stats(figures),
                charts);
        card.addClassNames("stack", "policy-type");
        return card;
    }

    private static Div stats(PolicyTypeFigures figures) {
        long all = figures.successful() + figures.failed();
        return Stat.row(new Stat("Sessions", Words.count(all), "as senders counted"),
                new Stat("Failed", Words.count(figures.failed()), figures.failed() == 0 ? "none reported"
                        : Words.share(figures.failed(), all) + " of these sessions", figures.failed() > 0 ? "problem" : ""),
                new Stat("Reports", Words.count(figures.reports()), "newest for " + Words.day(figures.lastDay())));
    }

    /// The same in few lines, for several hosts under one another: a row for each policy type.
    static Component table(List<PolicyTypeFigures> figures) {
        var body = new NativeTableBody();
        for (PolicyTypeFigures each : figures) {
            var failures = each.results().stream().map(row -> Words.count(row.failed()) + " × " + row.type().wire())
                    .collect(Collectors.joining(", "));
            var failed = new NativeTableCell(Words.count(each.failed()));
            failed.setClassName("problem", each.failed() > 0);
            var who = each.organizations().stream().limit(3).map(row -> named(row.organizationName()))
                    .collect(Collectors.joining(", ")) + (each.organizations().size() > 3
                    ? " and " + (each.organizations().size() - 3) + " more" : "");
            body.add(row(title(each.type()), new NativeTableCell(Words.count(each.successful() + each.failed())),
                    failed, new NativeTableCell(failures.isEmpty() ? "—" : failures), new NativeTableCell(who),
                    new NativeTableCell(Words.count(each.reports()))));
        }
        var head = new NativeTableRow(new NativeTableHeaderCell("Policy"));
        COLUMNS.forEach(column -> head.add(new NativeTableHeaderCell(column)));
        var table = new NativeTable(new NativeTableHeader(head), body);
        table.addClassNames("figures", "policy-types");
        var box = new Div(table);
        box.addClassName("chart-table");
        return box;
    }

    /// Each cell names its column too: on a phone, cells stand under one another and the head is not shown.
    private static NativeTableRow row(String title, NativeTableCell... cells) {
        var row = new NativeTableRow(new NativeTableHeaderCell(title));
        for (int i = 0; i < cells.length; i++) {
            cells[i].getElement().setAttribute("data-label", COLUMNS.get(i));
            row.add(cells[i]);
        }
        return row;
    }

    static String title(PolicyType type) {
        return switch (type) {
            case STS -> "MTA-STS (sts)";
            case TLSA -> "DANE (tlsa)";
            case NO_POLICY_FOUND -> "No policy found";
            case OTHER -> "Other policies";
        };
    }

    private static String meaning(PolicyType type) {
        return switch (type) {
            case STS -> "Sessions that senders held against an MTA-STS policy.";
            case TLSA -> "Sessions that senders held against this host's TLSA records.";
            case NO_POLICY_FOUND -> "Sessions of senders that found neither DANE nor MTA-STS here.";
            case OTHER -> "Sessions under a policy type that RFC 8460 does not know.";
        };
    }

    private static String named(String organization) {
        return organization.isEmpty() ? "(not named)" : organization;
    }
}
