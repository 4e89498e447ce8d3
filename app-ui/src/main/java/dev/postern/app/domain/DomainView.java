package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Nav;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.dns.DnsConnections;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.mxhost.MxHostView;
import dev.postern.app.mxhost.MxHosts;
import dev.postern.app.overview.OverviewView;
import dev.postern.app.plan.Plans;
import dev.postern.app.security.CurrentUser;
import dev.postern.check.Check;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.Gate;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One domain: where it is, what is next, and everything behind that.
@Route(value = "domains/:domain/:tab?", layout = MainLayout.class)
@PermitAll
public class DomainView extends Main implements BeforeEnterObserver, HasDynamicTitle {

    /// A part of the page that shows a domain's state.
    interface Part {
        void show(DomainStatus status);
    }

    private static final Map<NextStep.Tab, String> TITLES = new EnumMap<>(Map.of(
            NextStep.Tab.SETUP, "Set-up", NextStep.Tab.CHECKS, "Checks", NextStep.Tab.WATCH, "Watch",
            NextStep.Tab.REPORTS, "Reports", NextStep.Tab.ROLLOUT, "Rollout",
            NextStep.Tab.CHANGES, "Changes"));

    /// As many as fit beside the one thing to do.
    private static final int REASONS = 3;

    private final Database database;
    private final Domains domains;
    private final MxHosts mxHosts;
    private final DnsConnections connections;
    private final Plans plans;
    private final Domains.Actor actor;
    private final Clock clock;
    private final LiveEvents events;
    private final Div head = new Div();
    /// Links, not tabs: each leads to an address of its own.
    private final Nav tabs = new Nav();
    private final Div body = new Div();
    private final Button check = new Button("Check again", VaadinIcon.REFRESH.create());
    private Optional<DomainName> name = Optional.empty();
    private Optional<MailDomain> domain = Optional.empty();
    private NextStep.Tab tab = NextStep.Tab.SETUP;
    private Part part = _ -> { };
    private final ExposureCard exposure;

    public DomainView(Database database, Domains domains, MxHosts mxHosts, DnsConnections connections, Plans plans,
                      CurrentUser currentUser, LiveEvents events, Clock clock) {
        this.database = database;
        this.domains = domains;
        this.mxHosts = mxHosts;
        this.connections = connections;
        this.plans = plans;
        this.actor = currentUser.actor();
        this.clock = clock;
        this.events = events;
        this.exposure = new ExposureCard(new Exposures(database), domains, actor, clock, this::refresh);
        addClassName("page");
        check.addClickListener(_ -> check());
        body.addClassName("stack");
        head.addClassName("stack");
        tabs.addClassName("tabs");
        tabs.getElement().setAttribute("aria-label", "Parts of this domain");
        LiveRefresh.whileAttached(this, events, actor.tenant(), this::concerns, this::refresh);
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        name = event.getRouteParameters().get("domain").flatMap(text -> DomainName.parse(text).asOptional());
        Optional<DomainStatus> status = name.flatMap(known -> domains.status(actor.tenant(), known));
        removeAll();
        if (status.isEmpty() && name.flatMap(known -> mxHosts.status(actor.tenant(), known, MxHosts.DAYS)).isPresent()) {
            // Events and messages name what they are about; of an MX host, that is no mail domain.
            event.forwardTo(MxHostView.class, new RouteParameters("host", name.orElseThrow().ascii()));
            return;
        }
        if (status.isEmpty()) {
            add(new EmptyState(VaadinIcon.QUESTION_CIRCLE_O, "This domain is not here",
                    "It was removed, or belongs to another organisation.",
                    new RouterLink("All domains", OverviewView.class)));
            return;
        }
        domain = status.map(DomainStatus::domain);
        tab = event.getRouteParameters().get("tab").flatMap(DomainView::tabOf)
                .orElseGet(() -> NextStep.of(status.get()).tab());
        tabs.removeAll();
        for (NextStep.Tab each : NextStep.Tab.values()) {
            var link = new RouterLink(TITLES.get(each), DomainView.class, parameters(each));
            if (each == tab) {
                link.getElement().setAttribute("aria-current", "page");
            }
            tabs.add(link);
        }
        add(head, tabs, body);
        Component content = switch (tab) {
            case SETUP -> new SetupTab(domains, connections, actor);
            case CHECKS -> new ChecksTab(domains, actor, events, name.orElseThrow(), event.getLocation()
                    .getQueryParameters().getSingleParameter("check").flatMap(Check::byId));
            case WATCH -> new WatchTab(database, domains, mxHosts, actor.tenant(), clock);
            case REPORTS -> new ReportsTab(database, actor.tenant());
            case ROLLOUT -> new RolloutTab(domains, actor, this::refresh);
            case CHANGES -> new ChangesTab(domains, plans, actor, this::refresh);
        };
        part = (Part) content;
        body.removeAll();
        body.add(content);
        show(status.get());
    }

    private RouteParameters parameters(NextStep.Tab tab) {
        return new RouteParameters(Map.of("domain", name.orElseThrow().ascii(),
                "tab", tab.name().toLowerCase(Locale.ROOT)));
    }

    private static Optional<NextStep.Tab> tabOf(String text) {
        return java.util.Arrays.stream(NextStep.Tab.values()).filter(tab -> tab.name().equalsIgnoreCase(text))
                .findFirst();
    }

    private boolean concerns(LiveEvent event) {
        return domain.isPresent() && switch (event) {
            case LiveEvent.Progress progress -> progress.over()
                    && progress.domain().equals(domain.get().name().ascii());
            case LiveEvent.Probed(var probed) -> probed.equals(domain.get().id());
            case LiveEvent.TimelineNews(var entry) -> entry.domainId().equals(domain.map(MailDomain::id));
        };
    }

    private void refresh() {
        name.flatMap(known -> domains.status(actor.tenant(), known)).ifPresent(this::show);
    }

    private void show(DomainStatus status) {
        MailDomain shown = status.domain();
        if (!shown.lastProbeAt().equals(domain.flatMap(MailDomain::lastProbeAt))) {
            check.setEnabled(true);
            check.setText("Check again");
        }
        domain = Optional.of(shown);
        head.removeAll();
        NextStep next = NextStep.of(status);
        head.add(header(shown), steps(shown.phase()));
        head.add(exposure.around(next(next, status), next.alarm(), status));
        part.show(status);
    }

    private Component header(MailDomain shown) {
        var back = new RouterLink("Domains", OverviewView.class);
        back.addClassName("crumb");
        var title = new H1(shown.name().unicode());
        var line = new Div(title, Badge.of(shown.phase()));
        line.addClassName("title-line");
        var texts = new Div(back, line);
        String below = (shown.name().unicode().equals(shown.name().ascii()) ? "" : shown.name().ascii() + " · ")
                + shown.lastProbeAt().map(at -> "checked " + Words.time(at)).orElse("first check is under way");
        var sub = new Span(below);
        sub.addClassName("secondary");
        texts.add(sub);
        var header = new Div(texts, check);
        header.addClassName("page-header");
        return header;
    }

    private void check() {
        domain.ifPresent(shown -> {
            check.setEnabled(false);
            check.setText("Checking…");
            domains.requestProbe(actor, shown.id());
            if (part instanceof ChecksTab checks) {
                checks.expect();
            }
        });
    }

    private static Component steps(Phase phase) {
        var list = new OrderedList();
        list.addClassName("steps");
        list.getElement().setAttribute("aria-label", "Phases");
        for (Phase each : List.of(Phase.SETUP, Phase.TESTING, Phase.ENFORCE)) {
            var item = new ListItem(new Span(each.title()), new Span(switch (each) {
                case SETUP -> "records and policy";
                case TESTING -> "senders report, nothing is refused";
                default -> "mail goes over TLS or not at all";
            }));
            item.setClassName("done", each.ordinal() < phase.ordinal() && phase.ordinal() <= Phase.ENFORCE.ordinal());
            if (each == phase) {
                item.addClassName("current");
                item.getElement().setAttribute("aria-current", "step");
            }
            list.add(item);
        }
        return list;
    }

    /// Where the domain is, what is next, why not yet, and the one thing to press.
    private Component next(NextStep step, DomainStatus status) {
        var label = new Span("Next");
        label.addClassName("next-label");
        var texts = new Div(label, new H2(step.title()), new Paragraph(step.text()));
        if (!step.why().isEmpty()) {
            texts.add(missing(step, status));
        }
        var card = new Div(texts);
        card.addClassNames("card", "next");
        card.setClassName("alarm", step.alarm());
        Optional<Gate> gate = step.action().flatMap(status::gate);
        if (gate.isPresent()) {
            var take = RolloutTab.button(gate.get(), status, domains, actor, this::refresh);
            take.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            card.add(take);
        } else if (step.tab() != tab) {
            var go = new Button("Open " + TITLES.get(step.tab()),
                    _ -> UI.getCurrent().navigate(DomainView.class, parameters(step.tab())));
            go.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            card.add(go);
        }
        return card;
    }

    private Component missing(NextStep step, DomainStatus status) {
        var list = new UnorderedList();
        list.addClassName("why-not");
        step.why().stream().limit(REASONS).forEach(requirement -> list.add(new ListItem(new Span(requirement.title()),
                new Span(requirement.have()))));
        var box = new Div(new Span(step.alarm() ? "What is broken" : status.domain().phase() == Phase.ENFORCE
                ? "Still missing for the next step" : "Why not yet"), list);
        box.addClassName("why");
        if (step.why().size() > REASONS) {
            box.add(new RouterLink("and " + (step.why().size() - REASONS) + " more", DomainView.class,
                    parameters(NextStep.Tab.ROLLOUT)));
        }
        return box;
    }

    @Override
    public String getPageTitle() {
        return name.map(DomainName::unicode).orElse("Not found") + " · Postern";
    }
}
