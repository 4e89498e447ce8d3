package dev.postern.app.report;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.Words;
import dev.postern.app.rejected.RejectedReportView;
import dev.postern.app.rejected.RejectedView;
import dev.postern.db.account.ReportRules;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.StoredReport;
import dev.postern.db.tenancy.Database;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reports, newest first, and what could not be counted.
public final class ReportList extends Div {

    private static final int PAGE = 50;
    private static final int REJECTED = 5;

    private final Database database;
    private final UUID tenant;
    private final Div reports = new Div();
    private final Div rejected = new Div();
    private final Section rejectedCard;
    private final Button more = new Button("Show older");
    private Optional<UUID> domain = Optional.empty();
    private int shown = PAGE;

    public ReportList(Database database, UUID tenant) {
        this.database = database;
        this.tenant = tenant;
        addClassName("stack");
        reports.addClassName("report-list");
        rejected.addClassName("report-list");
        more.addClickListener(_ -> {
            shown += PAGE;
            show(domain);
        });
        var card = new Section(new H2("Reports"), reports, more);
        card.addClassName("card");
        rejectedCard = new Section(new H2("Not counted"), new Paragraph("The newest of what came to a report address and could "
                + "not be read, or was not about its domain."), rejected, new RouterLink("All rejected reports",
                RejectedView.class));
        rejectedCard.addClassName("card");
        add(card, rejectedCard);
    }

    private record Found(List<StoredReport> reports, List<RejectedReport> rejected, ReportRules rules) {
    }

    /// @param only this domain's; empty: all
    public void show(Optional<UUID> only) {
        domain = only;
        Found found = database.inTenant(tenant, session -> new Found(
                session.reports().page(only, Optional.empty(), shown + 1), session.rejectedReports().list(only, REJECTED),
                session.organisation().reportRules()));
        more.setVisible(found.reports().size() > shown);
        reports.removeAll();
        if (found.reports().isEmpty()) {
            reports.add(new EmptyState(VaadinIcon.ENVELOPE_O, "No reports yet",
                    "Senders report once a day, for the day before. The first ones come within two days after the "
                            + "TLS-RPT record is published."));
        }
        found.reports().stream().limit(shown).forEach(report -> reports.add(row(report, found.rules())));
        rejected.removeAll();
        found.rejected().forEach(each -> rejected.add(row(each)));
        rejectedCard.setVisible(!found.rejected().isEmpty());
    }

    private static Component row(StoredReport report, ReportRules rules) {
        var link = new RouterLink(ReportView.class, new RouteParameters("report", report.key().toString()));
        link.addClassName("report-row");
        var who = new Span(report.organizationName().isEmpty() ? "(not named)" : report.organizationName());
        who.addClassName("report-organization");
        var when = new Span(report.policyDomain() + " · " + Words.time(report.start()) + " · by "
                + report.transport().toUpperCase(java.util.Locale.ROOT));
        when.addClassName("secondary");
        var figure = new Span(Words.count(report.successful() + report.failed(), "session", "sessions"));
        var failed = new Span(report.failed() == 0 ? "none failed" : Words.count(report.failed()) + " failed");
        failed.addClassName(report.failed() == 0 ? "secondary" : "problem");
        var figures = new Div(figure, failed);
        figures.addClassName("report-figures");
        link.add(new Div(who, when), figures);
        Badge.of(report.authenticity()).ifPresent(link::add);
        Counting.of(report, rules).ifPresent(_ -> link.add(Badge.warning("Not counted")));
        return link;
    }

    private static Component row(RejectedReport each) {
        var link = new RouterLink(RejectedReportView.class,
                new RouteParameters("receipt", each.receipt().id().toString()));
        link.addClassName("report-row");
        var when = new Span(Words.time(each.receipt().receivedAt()) + " · by "
                + each.receipt().transport().toUpperCase(java.util.Locale.ROOT) + " from " + each.receipt().peer());
        when.addClassName("secondary");
        link.add(new Div(new Span(each.reason()), when));
        return link;
    }
}
