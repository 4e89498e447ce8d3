package dev.postern.app.domain;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.select.Select;
import dev.postern.app.base.ChartCard;
import dev.postern.app.base.ChartCard.Description;
import dev.postern.app.base.ChartCard.Series;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.SessionsChart;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.app.mxhost.MxHostReports;
import dev.postern.app.mxhost.MxHosts;
import dev.postern.app.timeline.EventList;
import dev.postern.db.report.FigureStore.Range;
import dev.postern.db.report.Figures;
import dev.postern.db.tenancy.Database;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.timeline.TimelineEntry;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What senders reported, and what happened: figures, charts and the timeline of one domain.
final class WatchTab extends Div implements DomainView.Part {

    private static final int EVENTS = 100;

    private final Database database;
    private final UUID tenant;
    private final Clock clock;
    private final Select<Integer> span = new Select<>();
    private final Div figures = new Div();
    private final ChartCard sessions = new ChartCard("Sessions and failures by day");
    private final ChartCard byType = new ChartCard("Failures by result type");
    private final ChartCard byMx = new ChartCard("Failures by MX");
    private final ChartCard byOrganization = new ChartCard("By reporting organization");
    private final Div breakdown = new Div(byType, byMx, byOrganization);
    private final EventList events = new EventList(false);
    private final Div unproven = new Div(new EmptyState(VaadinIcon.LOCK, "Reports are shown once ownership is proven",
            "What arrives until then is kept. Publish the ownership record under Set-up."));
    private final MxHostReports mxHostReports;
    private Optional<DomainStatus> status = Optional.empty();

    WatchTab(Database database, MxHosts mxHosts, UUID tenant, Clock clock) {
        this.database = database;
        this.tenant = tenant;
        this.mxHostReports = new MxHostReports(mxHosts, tenant);
        this.clock = clock;
        addClassName("stack");
        span.setItems(7, 30, 90, 365);
        span.setItemLabelGenerator(days -> "Last " + days + " days");
        span.setValue(30);
        span.setAriaLabel("Period");
        span.addValueChangeListener(_ -> status.ifPresent(this::show));
        figures.addClassName("stats");
        breakdown.addClassName("breakdown");
        var bar = new Div(span);
        bar.addClassName("filters");
        var timeline = new Section(new H2("Timeline"), events);
        timeline.addClassName("card");
        add(unproven, bar, figures, sessions, breakdown, mxHostReports, timeline);
    }

    private record Shown(List<Figures.Day> days, List<Figures.DayFailures> failures,
                         List<Figures.ByResultType> types, List<Figures.ByMx> mxs,
                         List<Figures.ByOrganization> organizations, List<TimelineEntry> events) {
    }

    @Override
    public void show(DomainStatus domain) {
        status = Optional.of(domain);
        UUID id = domain.domain().id();
        boolean verified = domain.domain().verified();
        unproven.setVisible(!verified);
        figures.setVisible(verified);
        sessions.setVisible(verified);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(span.getValue() - 1L);
        var range = new Range(Optional.of(id), from, today);
        Shown shown = database.inTenant(tenant, session -> new Shown(session.figures().days(range),
                session.figures().failuresByDay(range), session.figures().failuresByResultType(range),
                session.figures().failuresByMx(range), session.figures().byOrganization(range),
                session.timeline().page(TimelineStore.Filter.of(id), Optional.empty(), EVENTS)));
        figures(domain, shown);
        SessionsChart.show(sessions, from, today, shown.days(), shown.failures());
        breakdown(shown);
        mxHostReports.show(domain.domain(), span.getValue());
        events.show(shown.events());
    }

    private void figures(DomainStatus domain, Shown shown) {
        long successful = shown.days().stream().mapToLong(Figures.Day::successful).sum();
        long failed = shown.days().stream().mapToLong(Figures.Day::failed).sum();
        long reports = shown.days().stream().mapToLong(Figures.Day::reports).sum();
        figures.removeAll();
        figures.add(new Stat("Clean days", domain.watch().cleanDays() + " of "
                                + domain.facts().rules().days(),
                        domain.watch().resetOn().map(day -> "since the failures of " + Words.day(day))
                                .orElse("with verified reports") + (domain.watch().unconfirmed() == 0 ? ""
                                : "; " + Words.count(domain.watch().unconfirmed()) + " failures unconfirmed")),
                new Stat("Sessions", Words.count(successful + failed), "as senders counted"),
                new Stat("Failed", Words.count(failed), failed == 0 ? "none reported"
                        : Words.share(failed, successful + failed) + " of all sessions", failed > 0 ? "problem" : ""),
                new Stat("Reports", Words.count(reports),
                        Words.count(shown.organizations().size(), "organization", "organizations")));
    }

    private void breakdown(Shown shown) {
        byType.setVisible(!shown.types().isEmpty());
        byMx.setVisible(!shown.mxs().isEmpty());
        byOrganization.setVisible(!shown.organizations().isEmpty());
        bars(byType, "Result type", shown.types().isEmpty() ? "" : shown.types().getFirst().type().meaning(),
                shown.types().stream().map(row -> row.type().wire()).toList(),
                List.of(new Series("Failed", "problem", 0,
                        shown.types().stream().map(Figures.ByResultType::failed).toList())));
        bars(byMx, "MX", "Sessions that failed, by the MX that senders named.",
                shown.mxs().stream().map(row -> row.mx().isEmpty() ? "(not named)" : row.mx()).toList(),
                List.of(new Series("Failed", "problem", 0, shown.mxs().stream().map(Figures.ByMx::failed).toList())));
        bars(byOrganization, "Reporting organization", "Who reported, and what they counted.",
                shown.organizations().stream().map(row -> row.organizationName().isEmpty() ? "(not named)"
                        : row.organizationName()).toList(),
                List.of(new Series("Successful", "good", 0,
                                shown.organizations().stream().map(Figures.ByOrganization::successful).toList()),
                        new Series("Failed", "problem", 0,
                                shown.organizations().stream().map(Figures.ByOrganization::failed).toList())));
    }

    private static void bars(ChartCard card, String head, String words, List<String> labels, List<Series> series) {
        if (!labels.isEmpty()) {
            card.show(words, head, new Description("bars", labels, series));
        }
    }
}
