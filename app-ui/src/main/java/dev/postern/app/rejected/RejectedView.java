package dev.postern.app.rejected;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.EverySecond;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Sizes;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.report.ReportsView;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.report.RejectedFilter;
import dev.postern.db.report.RejectedUsage;
import dev.postern.db.report.StoredRejection;
import dev.postern.db.tenancy.Database;
import dev.postern.setup.PolicyDomain;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What could not be counted: by domain and by reason, in pages, with everything in the address so that it can be shared.
@Route(value = "rejected", layout = MainLayout.class)
@PageTitle("Rejected reports · Postern")
@PermitAll
public class RejectedView extends Main implements BeforeEnterObserver {

    private static final Logger LOG = LoggerFactory.getLogger(RejectedView.class);
    private static final int PAGE = 25;

    private final transient Database database;
    private final transient Replays replays;
    private final transient Domains.Actor actor;
    private final Select<String> reasons = new Select<>();
    private final ComboBox<PolicyDomain> domains = new ComboBox<>("Came to");
    private final Div list = new Div();
    private final Span place = new Span();
    private final Button newer = new Button("Newer", VaadinIcon.ANGLE_LEFT.create());
    private final Button older = new Button("Older");
    private final Button again = new Button("Try all again", VaadinIcon.REFRESH.create());
    private final Paragraph dropped = new Paragraph();
    private transient RejectedFilter filter = RejectedFilter.ALL;
    private int page;
    private transient Optional<Found> shown = Optional.empty();
    private boolean filling;

    private record Found(List<StoredRejection> items, int total, Map<String, Integer> codes, RejectedUsage usage) {
    }

    public RejectedView(Database database, Replays replays, CurrentUser currentUser) {
        this.database = database;
        this.replays = replays;
        this.actor = currentUser.actor();
        addClassName("page");
        var back = new RouterLink("Reports", ReportsView.class);
        back.addClassName("crumb");
        var sub = new Span("What came to a report address and could not be counted, with its bytes.");
        sub.addClassName("secondary");
        again.addClickListener(_ -> askToTryAll());
        var header = new Div(new Div(back, new H1("Rejected reports"), sub), again);
        header.addClassName("page-header");

        reasons.setLabel("Reason");
        reasons.setEmptySelectionAllowed(true);
        reasons.setEmptySelectionCaption("Every reason");
        reasons.addValueChangeListener(_ -> filtered());
        domains.setPlaceholder("Every address");
        domains.setClearButtonVisible(true);
        domains.setItemLabelGenerator(domain -> domain.name().ascii());
        List<PolicyDomain> addresses = database.inTenant(actor.tenant(), session -> Stream.<PolicyDomain>concat(
                session.domains().list().stream(), session.mxHosts().list().stream()).toList());
        domains.setItems(addresses);
        domains.addValueChangeListener(_ -> filtered());
        var filters = new Div(reasons, domains);
        filters.addClassName("rejected-filters");

        dropped.addClassName("secondary");
        list.addClassName("report-list");
        newer.addClickListener(_ -> go(page - 1));
        older.addClickListener(_ -> go(page + 1));
        older.setIcon(VaadinIcon.ANGLE_RIGHT.create());
        older.setIconAfterText(true);
        place.getElement().setAttribute("role", "status");
        var paging = new Div(newer, place, older);
        paging.addClassName("paging");
        var card = new Section(filters, dropped, list, paging);
        card.addClassName("card");
        add(header, card);
        EverySecond.whileAttached(this, () -> {
            if (shown.filter(found -> found.items().stream().anyMatch(one -> one.replayedAt().isPresent())).isPresent()) {
                refresh();
            }
        });
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        QueryParameters parameters = event.getLocation().getQueryParameters();
        Optional<PolicyDomain> domain = parameters.getSingleParameter("domain").flatMap(name -> domains.getListDataView()
                .getItems().filter(one -> one.name().ascii().equals(name)).findFirst());
        filter = new RejectedFilter(domain.map(PolicyDomain::id), parameters.getSingleParameter("reason")
                .filter(code -> code.matches("[a-z0-9-]{1,60}")));
        page = parameters.getSingleParameter("page").filter(text -> text.matches("[0-9]{1,6}")).map(Integer::parseInt)
                .map(number -> Math.max(0, number - 1)).orElse(0);
        filling = true;
        domains.setValue(domain.orElse(null));
        filling = false;
        refresh();
    }

    private void filtered() {
        if (!filling) {
            filter = new RejectedFilter(domains.getOptionalValue().map(PolicyDomain::id), reasons.getOptionalValue());
            go(0);
        }
    }

    private void go(int to) {
        var parameters = new LinkedHashMap<String, String>();
        filter.code().ifPresent(code -> parameters.put("reason", code));
        domains.getOptionalValue().ifPresent(domain -> parameters.put("domain", domain.name().ascii()));
        if (to > 0) {
            parameters.put("page", Integer.toString(to + 1));
        }
        getUI().ifPresent(ui -> ui.navigate(RejectedView.class, QueryParameters.simple(parameters)));
    }

    private void refresh() {
        Found found = database.inTenant(actor.tenant(), session -> {
            int total = session.rejectedReports().total(filter);
            // What was on the last page may be settled by now.
            page = Math.min(page, Math.max(0, (total - 1) / PAGE));
            return new Found(session.rejectedReports().page(filter, page * PAGE, PAGE), total,
                    session.rejectedReports().byCode(filter.domain()), session.rejectedReports().usage());
        });
        if (!Optional.of(found).equals(shown)) {
            shown = Optional.of(found);
            show(found);
        }
    }

    private void show(Found found) {
        filling = true;
        var codes = new ArrayList<>(found.codes().keySet());
        filter.code().filter(code -> !codes.contains(code)).ifPresent(codes::add);
        reasons.setItems(codes);
        reasons.setItemLabelGenerator(code -> code == null ? "Every reason" : new Reason(code).title() + " ("
                + Words.count(found.codes().getOrDefault(code, 0)) + ")");
        reasons.setValue(filter.code().orElse(null));
        filling = false;
        dropped.setVisible(found.usage().dropped() > 0);
        dropped.setText(Words.count(found.usage().dropped(), "older one", "older ones") + " ("
                + Sizes.of(found.usage().droppedBytes()) + ") had to go, as more came than is kept for an organisation.");
        list.removeAll();
        if (found.total() == 0) {
            list.add(filter.equals(RejectedFilter.ALL) ? new EmptyState(VaadinIcon.CHECK_CIRCLE_O, "Nothing was rejected",
                    "All that came to your report addresses could be read and was about your domains.")
                    : new EmptyState(VaadinIcon.SEARCH, "Nothing of that kind", "Choose another reason or address."));
        }
        found.items().forEach(one -> list.add(row(one)));
        again.setEnabled(found.total() > 0);
        Permitted.only(again, actor, Permission.BRING_REPORTS);
        again.setText(found.total() == 1 ? "Try it again" : "Try all " + Words.count(found.total()) + " again");
        again.setVisible(found.total() > 0);
        newer.setVisible(page > 0);
        older.setVisible((page + 1) * PAGE < found.total());
        place.setVisible(found.total() > 0);
        place.setText(Words.count(page * (long) PAGE + 1) + " to " + Words.count(page * (long) PAGE + found.items().size())
                + " of " + Words.count(found.total()));
    }

    private static Component row(StoredRejection one) {
        var link = new RouterLink(RejectedReportView.class,
                new RouteParameters("receipt", one.rejected().receipt().id().toString()));
        link.addClassName("report-row");
        var reason = new Span(one.rejected().reason());
        reason.addClassName("rejected-reason");
        var facts = new Span(one.domain().map(name -> "to " + name).orElse("to the organisation") + " · "
                + Words.time(one.rejected().receipt().receivedAt()) + " · by "
                + one.rejected().receipt().transport().toUpperCase(Locale.ROOT) + " from "
                + one.rejected().receipt().peer() + " · " + Sizes.of(one.size()));
        facts.addClassName("secondary");
        link.add(new Div(reason, facts));
        badge(one).ifPresent(link::add);
        return link;
    }

    static Optional<Badge> badge(StoredRejection one) {
        if (one.replayedAt().isPresent()) {
            return Optional.of(Badge.neutral(VaadinIcon.HOURGLASS, "Being tried again"));
        }
        if (one.triedAt().isPresent()) {
            return Optional.of(Badge.warning("Tried again in vain"));
        }
        return new Reason(one.rejected().code()).misdirected() ? Optional.of(Badge.warning("Misdirected"))
                : Optional.empty();
    }

    private void askToTryAll() {
        int total = shown.map(Found::total).orElse(0);
        var sure = new ConfirmDialog("Try " + Words.count(total, "report", "reports") + " again?",
                "Each is read as if it came now. What counts then leaves this list; what does not stays, with its reason of "
                        + "then.", "Try again", _ -> tryAll());
        sure.setCancelable(true);
        sure.open();
    }

    private void tryAll() {
        RejectedFilter which = filter;
        getUI().ifPresent(ui -> Thread.ofVirtual().name("replay").start(() -> {
            String told = replay(which);
            ui.access(() -> {
                Notification.show(told);
                refresh();
            });
        }));
    }

    private String replay(RejectedFilter which) {
        try {
            return Words.count(replays.again(actor, which), "report is", "reports are") + " read again.";
        } catch (Replays.Unavailable away) {
            LOG.warn("Rejected reports can't be tried again now: {}", away.getCause().toString());
            return away.getMessage();
        }
    }
}
