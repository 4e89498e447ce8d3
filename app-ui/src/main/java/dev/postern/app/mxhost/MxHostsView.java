package dev.postern.app.mxhost;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.setup.MxHostCandidate;
import dev.postern.setup.MxHostCandidate.Standing;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.stream.Collectors;

/// The registered MX hosts, and those that could be.
@Route(value = "mx-hosts", layout = MainLayout.class)
@PageTitle("MX hosts · Postern")
@PermitAll
public class MxHostsView extends Main {

    private static final int MOST_CANDIDATES = 50;
    private static final int MOST_NAMED = 3;

    private final MxHosts hosts;
    private final Actor actor;
    private final Div empty = new Div();
    private final Div list = new Div();
    private final Section own = new Section();
    private final Section others = new Section();

    public MxHostsView(MxHosts hosts, CurrentUser currentUser, LiveEvents events) {
        this.hosts = hosts;
        this.actor = currentUser.actor();
        addClassName("page");
        var header = new Div(new H1("MX hosts"), addButton());
        header.addClassName("page-header");
        var head = new Div(new Span("Host"), new Span("TLS-RPT record"), new Span("Serves"),
                new Span("Reports, " + MxHosts.DAYS + " days"), new Span("Last report for"));
        head.addClassNames("domain-row", "mx-row", "domain-head");
        head.getElement().setAttribute("aria-hidden", "true");
        list.addClassNames("card", "domain-table");
        var rows = new Div();
        rows.addClassName("domain-list");
        list.add(head, rows);
        empty.add(new EmptyState(VaadinIcon.SERVER, "Hear of failures at your mail servers",
                "Senders that use DANE report about the MX host, not about the mail domain. Register each mail server whose "
                        + "name is yours, publish its own TLS-RPT record, and those reports find the domains it serves.",
                addButton()));
        own.addClassName("card");
        others.addClassName("card");
        add(header, empty, list, own, others);
        refresh(rows);
        LiveRefresh.whileAttached(this, events, actor.tenant(), event -> !(event instanceof LiveEvent.Progress),
                () -> refresh(rows));
    }

    private Button addButton() {
        var add = new Button("Add MX host", VaadinIcon.PLUS.create(), _ -> new AddMxHostDialog(hosts, actor).open());
        add.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        return Permitted.only(add, actor, Permission.ADD_DOMAINS);
    }

    private void refresh(Div rows) {
        HostList shown = hosts.list(actor.tenant());
        empty.setVisible(shown.rows().isEmpty());
        list.setVisible(!shown.rows().isEmpty());
        rows.removeAll();
        shown.rows().forEach(row -> rows.add(row(row)));
        candidates(shown.candidates().stream().filter(each -> each.standing() == Standing.OWN).toList());
        others(shown.candidates().stream().filter(each -> each.standing() != Standing.OWN).toList());
    }

    private static Component row(HostList.Row row) {
        var name = row.host().name();
        var link = new RouterLink(MxHostView.class, new RouteParameters("host", name.ascii()));
        link.addClassNames("domain-row", "mx-row");
        var title = new Span(name.unicode());
        title.addClassName("domain-name");
        link.add(title, row.host().verified() ? Badge.of(row.record()) : Badge.warning("Not proven yet"),
                text(Words.count(row.serves().size(), "domain", "domains")),
                text(row.total().map(total -> Words.count(total.reports(), "report", "reports")).orElse("none")),
                text(row.total().map(total -> Words.day(total.lastDay())).orElse("no report yet")));
        return link;
    }

    private static Span text(String text) {
        var span = new Span(text);
        span.addClassName("figure");
        return span;
    }

    private void candidates(List<MxHostCandidate> found) {
        own.removeAll();
        own.setVisible(!found.isEmpty());
        own.add(new H2("Mail servers of yours, not registered yet"), new Paragraph("Your domains' mail goes there, and "
                + "their names are below domains that you have proven."));
        var rows = rows(own);
        found.stream().limit(MOST_CANDIDATES).forEach(each -> {
            var add = new Button("Add", _ -> {
                hosts.add(actor, each.host());
                UI.getCurrent().navigate(MxHostView.class, new RouteParameters("host", each.host()));
            });
            add.setAriaLabel("Add " + each.host());
            Permitted.only(add, actor, Permission.ADD_DOMAINS);
            var row = new Div(new Div(new Span(each.host()), serves(each)), add);
            row.addClassName("report-row");
            rows.add(row);
        });
        more(own, found);
    }

    private void others(List<MxHostCandidate> found) {
        others.removeAll();
        others.setVisible(!found.isEmpty());
        others.add(new H2("Mail servers that are not yours to register"), new Paragraph("Only who runs the DNS of a mail "
                + "server's name can publish a TLS-RPT record there, and gets the reports about it: for a provider's MX, "
                + "that is the provider. What concerns your own policy comes to your domain's address all the same. If such a "
                + "name is yours after all, add it by hand."));
        var rows = rows(others);
        found.stream().limit(MOST_CANDIDATES).forEach(each -> {
            var why = new Span(each.standing() == Standing.UNPROVEN ? "Prove the domain it is in first."
                    : "Another organisation's name.");
            why.addClassName("secondary");
            var row = new Div(new Div(new Span(each.host()), serves(each)), why);
            row.addClassName("report-row");
            rows.add(row);
        });
        more(others, found);
    }

    private static Div rows(Section section) {
        var rows = new Div();
        rows.addClassName("report-list");
        section.add(rows);
        return rows;
    }

    private static void more(Section section, List<MxHostCandidate> found) {
        if (found.size() > MOST_CANDIDATES) {
            section.add(new Paragraph("and " + (found.size() - MOST_CANDIDATES) + " more."));
        }
    }

    private static Span serves(MxHostCandidate candidate) {
        List<String> names = candidate.serves();
        var text = new Span("serves " + names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : ""));
        text.addClassName("secondary");
        return text;
    }
}
