package dev.postern.app.mxhost;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.CopyRow;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.domain.DomainView;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.report.ReportList;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.app.timeline.EventList;
import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.account.Permission;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.name.DomainName;
import dev.postern.setup.RecordToPublish;
import dev.postern.setup.RegisteredMxHost;
import jakarta.annotation.security.PermitAll;
import java.util.Optional;

/// One MX host: what to publish, which domains it serves, and what senders report of it.
@Route(value = "mx-hosts/:host", layout = MainLayout.class)
@PermitAll
public class MxHostView extends Main implements BeforeEnterObserver, HasDynamicTitle {

    private static final int EVENTS = 50;

    private final Database database;
    private final MxHosts hosts;
    private final Actor actor;
    private final Div head = new Div();
    private final Section setup = new Section();
    private final Section serves = new Section();
    private final Div figures = new Div();
    private final Select<Integer> span = new Select<>();
    private final PolicyTypeCards cards = new PolicyTypeCards();
    private final Paragraph none = new Paragraph();
    private final Paragraph apart = new Paragraph("Each policy type by itself: one session may stand under several, so "
            + "they are never added up.");
    private final ReportList reports;
    private final EventList events = new EventList(false);
    private final Button check = new Button("Check again", VaadinIcon.REFRESH.create());
    private Optional<DomainName> name = Optional.empty();
    private Optional<RegisteredMxHost> host = Optional.empty();

    public MxHostView(Database database, MxHosts hosts, CurrentUser currentUser, LiveEvents live) {
        this.database = database;
        this.hosts = hosts;
        this.actor = currentUser.actor();
        this.reports = new ReportList(database, actor.tenant());
        addClassName("page");
        head.addClassName("stack");
        setup.addClassName("card");
        serves.addClassName("card");
        span.setItems(7, 30, 90, 365);
        span.setItemLabelGenerator(days -> "Last " + days + " days");
        span.setValue(MxHosts.DAYS);
        span.setAriaLabel("Period");
        span.addValueChangeListener(_ -> refresh());
        var title = new Div(new H2("What senders report"), span);
        title.addClassName("section-head");
        apart.addClassName("secondary");
        figures.add(title, apart, none, cards);
        figures.addClassName("stack");
        check.addClickListener(_ -> check());
        LiveRefresh.whileAttached(this, live, actor.tenant(), this::concerns, this::refresh);
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        name = event.getRouteParameters().get("host").flatMap(text -> DomainName.parse(text).asOptional());
        Optional<HostStatus> status = load();
        removeAll();
        if (status.isEmpty()) {
            add(new EmptyState(VaadinIcon.QUESTION_CIRCLE_O, "This MX host is not here",
                    "It was removed, or belongs to another organisation.",
                    new RouterLink("All MX hosts", MxHostsView.class)));
            return;
        }
        var timeline = new Section(new H2("Timeline"), events);
        timeline.addClassName("card");
        // What is to do comes first; once it is done, what is reported does.
        if (status.get().host().verified()) {
            add(head, figures, serves, reports, setup, timeline);
        } else {
            add(head, setup, serves, figures, timeline);
        }
        show(status.get());
    }

    private Optional<HostStatus> load() {
        return name.flatMap(known -> hosts.status(actor.tenant(), known, span.getValue()));
    }

    private boolean concerns(LiveEvent event) {
        return host.isPresent() && switch (event) {
            case LiveEvent.Progress progress -> progress.over()
                    && progress.domain().equals(host.get().name().ascii());
            case LiveEvent.Probed(var probed) -> probed.equals(host.get().id());
            case LiveEvent.TimelineNews(var entry) -> entry.domainId().equals(host.map(RegisteredMxHost::id));
        };
    }

    private void refresh() {
        load().ifPresent(this::show);
    }

    private void show(HostStatus status) {
        RegisteredMxHost shown = status.host();
        if (!shown.lastProbeAt().equals(host.flatMap(RegisteredMxHost::lastProbeAt))) {
            check.setEnabled(true);
            check.setText("Check again");
        }
        host = Optional.of(shown);
        head.removeAll();
        head.add(header(status));
        setUp(status);
        served(status);
        cards.show(status.figures());
        none.setVisible(status.figures().isEmpty());
        apart.setVisible(!status.figures().isEmpty());
        none.setText(shown.verified() ? "No reports in this period. Senders that use DANE report once a day, for the day "
                + "before." : "Reports are shown once ownership is proven. What arrives until then is kept.");
        span.setVisible(shown.verified());
        if (shown.verified()) {
            reports.show(Optional.of(shown.id()));
        }
        events.show(database.inTenant(actor.tenant(), session -> session.timeline()
                .page(TimelineStore.Filter.of(shown.id()), Optional.empty(), EVENTS)));
    }

    private Component header(HostStatus status) {
        RegisteredMxHost shown = status.host();
        var back = new RouterLink("MX hosts", MxHostsView.class);
        back.addClassName("crumb");
        var line = new Div(new H1(shown.name().unicode()), shown.verified() ? Badge.of(status.verdict(Check.TLSRPT_RECORD))
                : Badge.warning("Not proven yet"));
        line.addClassName("title-line");
        var sub = new Span((shown.name().unicode().equals(shown.name().ascii()) ? "" : shown.name().ascii() + " · ")
                + shown.lastProbeAt().map(at -> "checked " + Words.time(at)).orElse("first check is under way"));
        sub.addClassName("secondary");
        var remove = new Button("Remove", _ -> remove());
        remove.addThemeVariants(ButtonVariant.LUMO_ERROR, ButtonVariant.LUMO_TERTIARY);
        Permitted.only(remove, actor, Permission.REMOVE_DOMAINS);
        var actions = new Div(remove, check);
        actions.addClassName("actions");
        var header = new Div(new Div(back, line, sub), actions);
        header.addClassName("page-header");
        return header;
    }

    private void setUp(HostStatus status) {
        setup.removeAll();
        setup.add(new H2("DNS records"), new Paragraph("Publish the TLS-RPT record at your DNS provider: senders that use "
                + "DANE with this host report to its addresses. Postern looks again by itself."));
        var records = new Div();
        records.addClassName("records");
        status.records().stream().filter(record -> record.check() != Check.DOMAIN_OWNERSHIP || !status.host().verified())
                .forEach(record -> records.add(record(record, status)));
        setup.add(records);
        status.finding(Check.TLSRPT_DESTINATIONS).map(StoredFinding::finding)
                .filter(finding -> status.verdict(Check.TLSRPT_RECORD) == Verdict.PASS)
                .ifPresent(finding -> records.add(destinations(finding)));
    }

    private static Component destinations(Finding finding) {
        var title = new Div(new H3(finding.check().title()), Badge.checked(finding.verdict()));
        title.addClassName("record-title");
        var line = new Paragraph(finding.message());
        line.addClassName("live-state");
        var card = new Div(title, line);
        card.addClassName("record");
        if (!finding.fix().isEmpty()) {
            var fix = new Paragraph(finding.fix());
            fix.addClassName("fix");
            card.add(fix);
        }
        return card;
    }

    private static Component record(RecordToPublish record, HostStatus status) {
        var title = new Div(new H3(record.check().title()), Badge.of(status.verdict(record.check())));
        title.addClassName("record-title");
        var card = new Div(title, new Paragraph(record.why()), CopyRow.line("Name", record.name()),
                CopyRow.line("Type", record.type()), CopyRow.line("Value", record.value()));
        card.addClassName("record");
        status.finding(record.check()).ifPresent(stored -> {
            var line = new Paragraph(stored.finding().message());
            line.addClassName("live-state");
            card.add(line);
        });
        return card;
    }

    private void served(HostStatus status) {
        serves.removeAll();
        serves.add(new H2("Serves " + Words.count(status.serves().size(), "domain", "domains")));
        if (status.serves().isEmpty()) {
            serves.add(new Paragraph("No domain of yours names this host in its MX records, as far as they were last "
                    + "seen."));
            return;
        }
        var list = new UnorderedList();
        status.serves().forEach(domain -> list.add(new ListItem(new RouterLink(domain.name().unicode(),
                DomainView.class, new RouteParameters("domain", domain.name().ascii())))));
        list.addClassName("served");
        serves.add(list);
    }

    private void check() {
        host.ifPresent(shown -> {
            check.setEnabled(false);
            check.setText("Checking…");
            hosts.requestProbe(actor, shown);
        });
    }

    private void remove() {
        host.ifPresent(shown -> {
            var sure = new ConfirmDialog("Remove " + shown.name().unicode() + "?", "Its reports go with it. Take Postern's "
                    + "addresses out of its TLS-RPT record too: what is sent there is not counted any more.", "Remove",
                    _ -> {
                        hosts.remove(actor, shown.name());
                        UI.getCurrent().navigate(MxHostsView.class);
                    });
            sure.setConfirmButtonTheme("error primary");
            sure.setCancelable(true);
            sure.open();
        });
    }

    @Override
    public String getPageTitle() {
        return name.map(DomainName::unicode).orElse("Not found") + " · Postern";
    }
}
