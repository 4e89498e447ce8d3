package dev.postern.app.overview;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.component.virtuallist.VirtualList;
import com.vaadin.flow.data.renderer.ComponentRenderer;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.ChartCard;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.SessionsChart;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.app.bulk.DomainsView;
import dev.postern.app.check.CheckWords;
import dev.postern.app.domain.AddDomainDialog;
import dev.postern.app.domain.DomainView;
import dev.postern.app.domain.Domains;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.check.Verdict;
import dev.postern.db.account.Permission;
import dev.postern.db.report.Figures;
import dev.postern.db.tenancy.Database;
import dev.postern.rollout.Phase;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/// All domains at a glance.
@Route(value = "", layout = MainLayout.class)
@PageTitle("Overview · Postern")
@PermitAll
public class OverviewView extends Main {

    private final Database database;
    private final Clock clock;
    private final UUID tenant;
    private final Div figures = new Div();
    private final ChartCard chart = new ChartCard("Sessions and failures");
    private final VirtualList<Overview.Row> list = new VirtualList<>();
    private final TextField search = new TextField();
    private final Div content = new Div();
    private final Div empty = new Div();
    private List<Overview.Row> rows = List.of();

    public OverviewView(Database database, Domains domains, CurrentUser currentUser, LiveEvents events, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.tenant = currentUser.get().tenant();
        addClassName("page");

        var add = addButton(domains, currentUser);
        var header = new Div(new H1("Overview"), add);
        header.addClassName("page-header");

        empty.add(new EmptyState(VaadinIcon.SHIELD, "Add your first domain",
                "Postern looks at its mail servers, gives you the DNS records to publish, hosts the policy, and shows "
                        + "every failure that senders report, before anything is enforced.",
                addButton(domains, currentUser)));

        search.setPlaceholder("Find a domain");
        search.setAriaLabel("Find a domain");
        search.setPrefixComponent(VaadinIcon.SEARCH.create());
        search.setClearButtonVisible(true);
        search.setValueChangeMode(ValueChangeMode.EAGER);
        search.addValueChangeListener(_ -> filter());
        var head = new Div(new Span("Domain"), new Span("Phase"), new Span("Checks"), new Span("Sessions, 30 days"),
                new Span("Failed"), new Span("Last report for"));
        head.addClassNames("domain-row", "domain-head");
        head.getElement().setAttribute("aria-hidden", "true");
        list.setRenderer(new ComponentRenderer<>(OverviewView::row));
        list.addClassName("domain-list");
        list.getElement().setAttribute("aria-label", "Domains");
        var all = new RouterLink("All in a table, and the same step for many", DomainsView.class);
        var above = new Div(search, all);
        above.addClassName("section-head");
        var table = new Div(above, head, list);
        table.addClassNames("card", "domain-table");
        figures.addClassName("stats");
        content.add(figures, chart, table);
        content.addClassName("stack");
        add(header, empty, content);
        refresh();
        LiveRefresh.whileAttached(this, events, tenant, event -> !(event instanceof LiveEvent.Progress), this::refresh);
    }

    private static Button addButton(Domains domains, CurrentUser currentUser) {
        var add = new Button("Add domain", VaadinIcon.PLUS.create(),
                _ -> new AddDomainDialog(domains, currentUser.actor()).open());
        add.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        return Permitted.only(add, currentUser.actor(), Permission.ADD_DOMAINS);
    }

    private void refresh() {
        Overview overview = Overview.read(database, tenant, clock);
        rows = overview.rows();
        empty.setVisible(rows.isEmpty());
        content.setVisible(!rows.isEmpty());
        if (rows.isEmpty()) {
            return;
        }
        long successful = overview.days().stream().mapToLong(Figures.Day::successful).sum();
        long failed = overview.days().stream().mapToLong(Figures.Day::failed).sum();
        long reports = overview.days().stream().mapToLong(Figures.Day::reports).sum();
        figures.removeAll();
        figures.add(
                new Stat("Domains", Words.count(rows.size()), phases()),
                new Stat("Sessions", Words.count(successful + failed), "in 30 days, as senders counted"),
                new Stat("Failed", Words.count(failed), failed == 0 ? "none in 30 days"
                        : Words.share(failed, successful + failed) + " of all sessions", failed > 0 ? "problem" : "good"),
                new Stat("Reports", Words.count(reports), "in 30 days"));
        SessionsChart.show(chart, overview.from(), overview.to(), overview.days(), overview.failures());
        filter();
    }

    private String phases() {
        return Arrays.stream(Phase.values())
                .map(phase -> rows.stream().filter(row -> row.domain().phase() == phase).count() + " "
                        + phase.title().toLowerCase(Locale.ENGLISH))
                .filter(text -> !text.startsWith("0 ")).collect(Collectors.joining(", "));
    }

    private void filter() {
        String wanted = search.getValue().strip().toLowerCase(Locale.ROOT);
        var shown = rows.stream().filter(row -> row.domain().name().ascii().contains(wanted)
                || row.domain().name().unicode().toLowerCase(Locale.ROOT).contains(wanted)).toList();
        list.setItems(shown);
        list.setHeight(Math.clamp(shown.size(), 1, 12) * 4.1 + "rem");
    }

    private static RouterLink row(Overview.Row row) {
        var domain = row.domain();
        var link = new RouterLink(DomainView.class, new RouteParameters("domain", domain.name().ascii()));
        link.addClassName("domain-row");
        var name = new Span(domain.name().unicode());
        name.addClassName("domain-name");
        link.add(name, Badge.of(domain.phase()), checks(row));
        link.add(figure(row.totals().map(totals -> Words.count(totals.successful() + totals.failed())).orElse("—"),
                "sessions"));
        var failed = figure(row.totals().map(totals -> Words.count(totals.failed())).orElse("—"), "failed");
        failed.setClassName("problem", row.totals().map(totals -> totals.failed() > 0).orElse(false));
        link.add(failed, figure(row.totals().map(totals -> Words.day(totals.day())).orElse("no report yet"), ""));
        return link;
    }

    private static Span figure(String value, String unit) {
        var text = new Span(new Span(value));
        text.addClassName("figure");
        if (!unit.isEmpty()) {
            var word = new Span(" " + unit);
            word.addClassName("phone-only");
            text.add(word);
        }
        return text;
    }

    private static Span checks(Overview.Row row) {
        if (row.verdicts().isEmpty()) {
            var waiting = new Span("checking…");
            waiting.addClassName("secondary");
            return waiting;
        }
        var bar = new Span();
        bar.addClassName("verdict-bar");
        bar.getElement().setAttribute("aria-hidden", "true");
        for (Verdict verdict : Verdict.values()) {
            int count = row.verdicts().getOrDefault(verdict, 0);
            if (count > 0) {
                var part = new Span();
                part.addClassName(verdict.name().toLowerCase(Locale.ROOT));
                part.getStyle().setFlexGrow(Integer.toString(count));
                bar.add(part);
            }
        }
        var checks = new Span(bar, new Span(CheckWords.counts(row.verdicts())));
        checks.addClassName("checks");
        return checks;
    }
}
