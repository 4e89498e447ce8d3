package dev.postern.app.report;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.app.security.CurrentUser;
import dev.postern.db.account.ReportRules;
import dev.postern.db.report.StoredReport;
import dev.postern.db.tenancy.Database;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.ResultType;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One report in full, each failure in plain words.
@Route(value = "reports/:report", layout = MainLayout.class)
@PageTitle("Report · Postern")
@PermitAll
public class ReportView extends Main implements BeforeEnterObserver {

    private final Database database;
    private final UUID tenant;

    public ReportView(Database database, CurrentUser currentUser) {
        this.database = database;
        this.tenant = currentUser.get().tenant();
        addClassName("page");
    }

    private record Shown(StoredReport report, List<PolicyReport> policies, ReportRules rules) {
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        Optional<Shown> found = event.getRouteParameters().get("report").flatMap(ReportView::key)
                .flatMap(key -> database.inTenant(tenant, session -> session.reports().byKey(key)
                        .map(report -> new Shown(report, session.reports().policies(key), session.organisation().reportRules()))));
        removeAll();
        found.ifPresentOrElse(this::show, () -> add(new EmptyState(VaadinIcon.QUESTION_CIRCLE_O,
                "This report is not here", "It was removed with its domain, or belongs to another organisation.",
                new RouterLink("All reports", ReportsView.class))));
    }

    private static Optional<UUID> key(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notAKey) {
            return Optional.empty();
        }
    }

    private void show(Shown shown) {
        StoredReport report = shown.report();
        var back = new RouterLink("Reports", ReportsView.class);
        back.addClassName("crumb");
        var title = new H1(report.organizationName().isEmpty() ? "Report of an unnamed sender"
                : "Report from " + report.organizationName());
        var sub = new Span("for " + report.policyDomain() + ", " + Words.time(report.start()) + " to "
                + Words.time(report.end()));
        sub.addClassName("secondary");
        var download = new Anchor("download/reports/" + report.key(), "Download JSON");
        download.setRouterIgnore(true);
        download.getElement().setAttribute("download", true);
        download.addClassName("button-link");
        var header = new Div(new Div(back, title, sub), download);
        header.addClassName("page-header");
        add(header);
        Counting.of(report, shown.rules()).ifPresent(why -> {
            var apart = new Section(Badge.warning("Not counted"), new Paragraph(why.sentence()));
            apart.addClassName("card");
            add(apart);
        });
        add(Stat.row(new Stat("Successful", Words.count(report.successful()), "sessions"),
                new Stat("Failed", Words.count(report.failed()),
                        Words.share(report.failed(), report.failed() + report.successful()) + " of all",
                        report.failed() > 0 ? "problem" : ""),
                new Stat("Received", Words.time(report.receivedAt()), "by " + report.transport()
                        .toUpperCase(java.util.Locale.ROOT) + " from " + report.peer())));
        shown.policies().forEach(policy -> add(policy(policy)));
        add(about(report));
    }

    private static Component policy(PolicyReport policy) {
        var card = new Section(new H2("Policy: " + policy.typeAsSent() + policy.policyDomain().map(d -> " for " + d)
                .orElse("")));
        card.addClassName("card");
        card.add(new Paragraph(count(policy.successful(), "successful") + ", " + count(policy.failed(), "failed") + "."));
        if (!policy.policyStrings().isEmpty()) {
            card.add(new Pre(String.join("\n", policy.policyStrings())));
        }
        for (FailureDetail failure : policy.failures()) {
            card.add(failure(failure));
        }
        return card;
    }

    private static String count(java.util.OptionalLong sessions, String word) {
        return (sessions.isPresent() ? Words.count(sessions.getAsLong()) : "an unknown number") + " " + word;
    }

    private static Component failure(FailureDetail failure) {
        var title = new H3((failure.failedSessions().isPresent()
                ? Words.count(failure.failedSessions().getAsLong()) + " × " : "") + (failure.typeAsSent().isEmpty()
                ? ResultType.OTHER.wire() : failure.typeAsSent()));
        var fix = new Paragraph(failure.type().remedy());
        fix.addClassName("fix");
        var where = new Paragraph(Stream.of(
                        failure.receivingMxHostname().map(mx -> "MX " + mx),
                        failure.receivingIp().map(ip -> "at " + ip),
                        failure.sendingMtaIp().map(ip -> "from " + ip),
                        failure.failureReasonCode().map(code -> "reason: " + code),
                        failure.additionalInformation())
                .flatMap(Optional::stream).collect(Collectors.joining(" · ")));
        where.addClassName("secondary");
        var box = new Div(title, new Paragraph(failure.type().meaning()), fix, where);
        box.addClassName("check");
        return box;
    }

    private static Component about(StoredReport report) {
        var card = new Section(new H2("About this report"), new Paragraph("Report id: " + report.reportId()));
        card.addClassName("card");
        var authenticity = report.authenticity();
        Badge.of(authenticity).ifPresent(badge -> card.add(badge, new Paragraph(switch (authenticity.state()) {
            case VERIFIED -> "It bears a valid DKIM signature of " + authenticity.signer().orElse("") + ".";
            case UNSIGNED -> "It bears no DKIM signature, which RFC 8460 §3 asks of reports by mail: anyone could have sent "
                    + "it.";
            default -> "Its DKIM signature" + authenticity.signer().map(signer -> " of " + signer).orElse("")
                    + " does not vouch for it: " + authenticity.detail() + ".";
        })));
        if (!report.notes().isEmpty()) {
            var notes = new UnorderedList();
            report.notes().forEach(note -> notes.add(new ListItem(note)));
            card.add(new Paragraph("Forgiven in reading it:"), notes);
        }
        return card;
    }
}
