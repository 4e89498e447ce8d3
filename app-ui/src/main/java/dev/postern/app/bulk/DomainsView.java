package dev.postern.app.bulk;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.grid.Grid;
import com.vaadin.flow.component.grid.GridSortOrder;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Nav;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.provider.CallbackDataProvider;
import com.vaadin.flow.data.provider.QuerySortOrder;
import com.vaadin.flow.data.provider.SortDirection;
import com.vaadin.flow.data.renderer.ComponentRenderer;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.Location;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.domain.AddDomainDialog;
import dev.postern.app.domain.DomainView;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.NextStep;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.domain.DomainFilter;
import dev.postern.db.domain.DomainFilter.Attention;
import dev.postern.db.domain.DomainOrder;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All domains in a table, by phase, and the same step for many of them.
@Route(value = "domains", layout = MainLayout.class)
@PageTitle("Domains · Postern")
@PermitAll
public class DomainsView extends Main implements BeforeEnterObserver {

    private static final int PAGE = 50;
    /// A browser holds no more than that in a selection, and nobody reads through more.
    private static final int MOST_SELECTED = 5_000;
    private static final int NARROW = 900;
    private static final Duration SOON = Duration.ofDays(14);

    /// A row, or a selected domain whose row was not read. The same domain is the same item whatever its figures are.
    private record Item(MailDomain domain, Optional<DomainTable.Row> row) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Item(var its, var _) && its.id().equals(domain.id());
        }

        @Override
        public int hashCode() {
            return Objects.hash(domain.id());
        }
    }

    private final transient DomainTable table;
    private final transient Clock clock;
    private final UUID tenant;
    private final Nav phases = new Nav();
    private final TextField search = new TextField();
    private final Select<Attention> attention = new Select<>();
    private final Grid<Item> grid = new Grid<>();
    private final transient Map<DomainOrder.By, Grid.Column<Item>> sortable = new EnumMap<>(DomainOrder.By.class);
    private final transient CallbackDataProvider<Item, Void> items;
    private final Div content = new Div();
    private final Div empty = new Div();
    private final BulkBar bar;
    private transient TableAddress shown = new TableAddress(Optional.empty(), "", Optional.empty(), DomainOrder.USUAL);
    private transient Grid.Column<Item> card;
    private int fitting;
    private boolean filling;

    public DomainsView(DomainTable table, Domains domains, CurrentUser currentUser, LiveEvents events, Clock clock) {
        this.table = table;
        this.clock = clock;
        Domains.Actor actor = currentUser.actor();
        this.tenant = actor.tenant();
        this.bar = new BulkBar(table, domains, actor, this::selectAll, grid::deselectAll, this::refresh);
        addClassNames("page", "domains-page");
        var header = new Div(new H1("Domains"), addButton(domains, actor));
        header.addClassName("page-header");

        phases.addClassName("chips");
        phases.getElement().setAttribute("aria-label", "Phases");
        search.setPlaceholder("Find a domain");
        search.setAriaLabel("Find a domain");
        search.setPrefixComponent(VaadinIcon.SEARCH.create());
        search.setClearButtonVisible(true);
        search.setValueChangeMode(ValueChangeMode.LAZY);
        search.addValueChangeListener(change -> filtered(shown.typed(change.getValue())));
        attention.setAriaLabel("What stands out");
        attention.setEmptySelectionAllowed(true);
        attention.setEmptySelectionCaption("Everything");
        attention.setItems(Attention.values());
        attention.setItemLabelGenerator(each -> each == null ? "Everything" : words(each));
        attention.addValueChangeListener(change -> filtered(shown.showing(Optional.ofNullable(change.getValue()))));
        var filters = new Div(search, attention);
        filters.addClassName("table-filters");

        items = new CallbackDataProvider<>(query -> table.page(tenant, shown.filter(), order(query.getSortOrders()),
                query.getOffset(), query.getLimit()).stream().map(row -> new Item(row.domain(), Optional.of(row))),
                _ -> fitting, item -> item.domain().id());
        columns();
        grid.setItems(items);
        grid.setPageSize(PAGE);
        grid.setSelectionMode(Grid.SelectionMode.MULTI);
        grid.setEmptyStateText("No domain fits this filter.");
        grid.addClassName("domain-grid");
        grid.getElement().setAttribute("aria-label", "Domains");
        grid.addSelectionListener(_ -> selected());
        grid.addSortListener(_ -> sorted());

        empty.add(new EmptyState(VaadinIcon.SHIELD, "Add your first domain", "Here they all stand side by side: how far each "
                + "is, what is next, and the same step for many at once.", addButton(domains, actor)));
        content.add(phases, filters, grid, bar);
        content.addClassName("table-content");
        add(header, empty, content);
        LiveRefresh.whileAttached(this, events, tenant, event -> event instanceof LiveEvent.TimelineNews, this::refresh);
    }

    private static Button addButton(Domains domains, Domains.Actor actor) {
        var add = new Button("Add domain", VaadinIcon.PLUS.create(), _ -> new AddDomainDialog(domains, actor).open());
        add.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        return Permitted.only(add, actor, Permission.ADD_DOMAINS);
    }

    private static String words(Attention attention) {
        return switch (attention) {
            case READY -> "Ready for a step";
            case REFUSING -> "Senders may refuse mail";
            case FAILURES -> "Failures in " + DomainTable.DAYS + " days";
        };
    }

    private void columns() {
        column("Domain", this::name, "11.5rem", 3, DomainOrder.By.NAME);
        column("Phase", DomainsView::phase, "8.6rem", 0, DomainOrder.By.PHASE);
        column("Next", row -> next(row.next()), "13rem", 4, null);
        column("Clean days", DomainsView::clean, "6.4rem", 0, null);
        column("Failed, " + DomainTable.DAYS + " d", DomainsView::failed, "7.2rem", 0, DomainOrder.By.FAILURES);
        column("max_age", DomainsView::maxAge, "6.6rem", 0, DomainOrder.By.MAX_AGE);
        column("Certificates to", this::certificate, "8.7rem", 0, DomainOrder.By.CERTIFICATE);
        column("Last look", this::looked, "7.2rem", 0, DomainOrder.By.PROBE);
        card = grid.addColumn(new ComponentRenderer<>(item -> item.row().map(this::card).orElseGet(Div::new)))
                .setHeader("Domain").setFlexGrow(1).setAutoWidth(false);
        card.setVisible(false);
    }

    private void column(String title, Function<DomainTable.Row, Component> cell, String width, int grow, DomainOrder.By by) {
        var column = grid.addColumn(new ComponentRenderer<>(item -> item.row().map(cell).orElseGet(Span::new)))
                .setHeader(title).setWidth(width).setFlexGrow(grow).setResizable(true);
        if (by == null) {
            column.setSortable(false);
        } else {
            column.setSortProperty(by.name()).setSortable(true);
            sortable.put(by, column);
        }
        column.setKey(title);
    }

    @Override
    protected void onAttach(AttachEvent attached) {
        var page = attached.getUI().getPage();
        page.executeJs("return window.innerWidth").then(Integer.class, this::wide);
        var resizing = page.addBrowserWindowResizeListener(resized -> wide(resized.getWidth()));
        addDetachListener(detached -> {
            resizing.remove();
            detached.unregisterListener();
        });
    }

    /// On a narrow screen a domain is a card: a table of eight columns would be read through a slit.
    private void wide(int width) {
        boolean narrow = width < NARROW;
        if (card.isVisible() != narrow) {
            grid.getColumns().forEach(column -> column.setVisible(narrow == column.equals(card)));
        }
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        shown = TableAddress.of(event.getLocation().getQueryParameters());
        filling = true;
        search.setValue(shown.typed());
        attention.setValue(shown.attention().orElse(null));
        var column = sortable.get(shown.order().by());
        grid.sort(shown.order().equals(DomainOrder.USUAL) ? List.of() : List.of(new GridSortOrder<>(column,
                shown.order().descending() ? SortDirection.DESCENDING : SortDirection.ASCENDING)));
        filling = false;
        refresh();
    }

    private void filtered(TableAddress to) {
        if (!filling && !to.equals(shown)) {
            shown = to;
            address();
            refresh();
        }
    }

    private void sorted() {
        if (!filling) {
            shown = shown.sorted(order(grid.getSortOrder().stream().findFirst()
                    .flatMap(sort -> sort.getSorted().getSortOrder(sort.getDirection()).findFirst()).stream().toList()));
            address();
        }
    }

    private static DomainOrder order(List<QuerySortOrder> orders) {
        return orders.stream().findFirst().map(order -> new DomainOrder(DomainOrder.By.valueOf(order.getSorted()),
                order.getDirection() == SortDirection.DESCENDING)).orElse(DomainOrder.USUAL);
    }

    /// In the address without another visit: who goes back means the page before, not the letter before.
    private void address() {
        getUI().ifPresent(ui -> ui.getPage().getHistory().replaceState(null, new Location("domains", shown.parameters())));
    }

    private void refresh() {
        Map<Phase, Integer> counts = table.phases(tenant, shown.filter());
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        fitting = shown.phase().map(phase -> counts.getOrDefault(phase, 0)).orElse(all);
        boolean none = all == 0 && table.count(tenant, DomainFilter.ALL) == 0;
        empty.setVisible(none);
        content.setVisible(!none);
        phases.removeAll();
        phases.add(chip("All", Optional.empty(), all));
        for (Phase phase : Phase.values()) {
            phases.add(chip(phase.title(), Optional.of(phase), counts.getOrDefault(phase, 0)));
        }
        items.refreshAll();
        selected();
    }

    private RouterLink chip(String title, Optional<Phase> phase, int count) {
        var link = new RouterLink(DomainsView.class);
        link.setQueryParameters(shown.in(phase).parameters());
        var number = new Span(Words.count(count));
        number.addClassName("chip-count");
        link.add(new Span(title), number);
        link.addClassName("chip");
        if (phase.equals(shown.phase())) {
            link.getElement().setAttribute("aria-current", "page");
        }
        return link;
    }

    private void selected() {
        bar.show(grid.getSelectedItems().stream().map(item -> item.domain().id()).collect(Collectors.toSet()), fitting);
    }

    private void selectAll() {
        grid.asMultiSelect().select(table.domains(tenant, shown.filter(), Optional.empty(), MOST_SELECTED).stream()
                .map(domain -> new Item(domain, Optional.empty())).toList());
        items.refreshAll();
    }

    private Component name(DomainTable.Row row) {
        var link = new RouterLink(row.domain().name().unicode(), DomainView.class,
                new RouteParameters("domain", row.domain().name().ascii()));
        link.addClassName("domain-name");
        return link;
    }

    private static Component phase(DomainTable.Row row) {
        var since = new Span("since " + Words.day(day(row.domain().phaseSince())));
        since.addClassName("secondary");
        return two(Badge.of(row.domain().phase()), since);
    }

    private static Component next(NextStep next) {
        var title = new Span(next.title());
        title.addClassName(next.alarm() ? "problem" : "next-title");
        if (next.action().isPresent() && !next.alarm()) {
            title.addClassName("good");
        }
        if (next.why().isEmpty()) {
            return two(title);
        }
        int more = next.why().size() - 1;
        var missing = new Span((next.alarm() ? "Broken: " : "Missing: ") + next.why().getFirst().title() + (more > 0 ? " and " + more + " more" : ""));
        missing.addClassName("secondary");
        return two(title, missing);
    }

    private static Component clean(DomainTable.Row row) {
        return figure(row.domain().phase() == Phase.TESTING ? row.cleanDays() + " of " + row.daysNeeded()
                : row.domain().phase() == Phase.ENFORCE ? Words.count(row.cleanDays()) : "—");
    }

    private static Component failed(DomainTable.Row row) {
        var figure = figure(Words.count(row.line().failed()));
        figure.setClassName("problem", row.line().failed() > 0);
        return figure;
    }

    private static Component maxAge(DomainTable.Row row) {
        return figure(row.line().maxAgeSeconds().filter(_ -> row.domain().phase() != Phase.SETUP)
                .map(seconds -> MaxAge.atMost(seconds).words()).orElse("—"));
    }

    private Component certificate(DomainTable.Row row) {
        if (row.line().certificateBad()) {
            var bad = figure("not valid");
            bad.addClassName("problem");
            return bad;
        }
        var figure = figure(row.line().certificateUntil().map(until -> Words.day(day(until))).orElse("—"));
        figure.setClassName("warning", row.line().certificateUntil()
                .filter(until -> until.isBefore(clock.instant().plus(SOON))).isPresent());
        return figure;
    }

    private Component looked(DomainTable.Row row) {
        return figure(row.domain().lastProbeAt().map(at -> ago(Duration.between(at, clock.instant()))).orElse("not yet"));
    }

    private static String ago(Duration age) {
        if (age.toMinutes() < 2) {
            return "just now";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < 2 ? age.toHours() + " h ago" : Words.count(age.toDays()) + " days ago";
    }

    private Component card(DomainTable.Row row) {
        var head = new Div(name(row), Badge.of(row.domain().phase()));
        head.addClassName("title-line");
        var figures = new Span(List.of(row.domain().phase() == Phase.TESTING ? row.cleanDays() + " of " + row.daysNeeded()
                        + " clean days" : "", row.line().failed() > 0 ? Words.count(row.line().failed()) + " failed" : "",
                row.line().certificateBad() ? "certificate not valid" : "").stream().filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" · ")));
        figures.addClassName("secondary");
        var box = new Div(head, next(row.next()), figures);
        box.addClassName("domain-card");
        return box;
    }

    private static Component two(Component... lines) {
        var box = new Div(lines);
        box.addClassName("two-lines");
        return box;
    }

    private static Span figure(String text) {
        var figure = new Span(text);
        figure.addClassName("figure");
        return figure;
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
