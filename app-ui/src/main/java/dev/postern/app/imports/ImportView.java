package dev.postern.app.imports;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
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
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Sizes;
import dev.postern.app.base.EverySecond;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.report.ReportsView;
import dev.postern.app.security.CurrentUser;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportOutcome;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// One import: how far it is, what came of it, and why some of it was not counted.
@Route(value = "import/:import", layout = MainLayout.class)
@PageTitle("Import · Postern")
@PermitAll
public class ImportView extends Main implements BeforeEnterObserver {

    private final transient Imports imports;
    private final UUID tenant;
    private transient Optional<ImportStatus> shown = Optional.empty();

    public ImportView(Imports imports, CurrentUser currentUser) {
        this.imports = imports;
        this.tenant = currentUser.get().tenant();
        addClassName("page");
        EverySecond.whileAttached(this, () -> shown.filter(status -> !status.finished())
                .flatMap(status -> imports.find(tenant, status.job().id()))
                .filter(status -> !status.equals(shown.get())).ifPresent(this::show));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        removeAll();
        event.getRouteParameters().get("import").flatMap(ImportView::id).flatMap(id -> imports.find(tenant, id))
                .ifPresentOrElse(this::show, () -> add(new EmptyState(VaadinIcon.QUESTION_CIRCLE_O,
                        "This import is not here", "It belongs to another organisation, or never was.",
                        new RouterLink("All imports", ImportsView.class))));
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private void show(ImportStatus status) {
        shown = Optional.of(status);
        removeAll();
        add(header(status));
        ImportJob.Progress progress = status.job().progress();
        if (!progress.problem().isEmpty()) {
            var text = new Paragraph(progress.problem());
            text.addClassName("import-names");
            var card = new Section(text);
            ImportWords.badge(status).ifPresent(card::addComponentAsFirst);
            card.addClassName("card");
            add(card);
        }
        if (status.finished()) {
            add(ImportCard.figures(status));
        } else {
            var card = new ImportCard(status.job());
            card.show(status);
            add(card);
        }
        List<ImportOutcome.Reason> reasons = status.outcome().reasons();
        if (!reasons.isEmpty()) {
            add(wrong(status.job().id(), reasons));
        }
        if (!progress.reasons().isEmpty()) {
            add(leftOut(progress.reasons()));
        }
    }

    private static Component header(ImportStatus status) {
        ImportJob job = status.job();
        var back = new RouterLink("Imports", ImportsView.class);
        back.addClassName("crumb");
        var title = new H1(job.name());
        title.addClassName("import-name");
        var sub = new Span(Words.time(job.createdAt()) + " by " + job.startedBy() + " · " + Sizes.of(job.bytes()) + " · "
                + Words.count(job.progress().items(), "mail or report", "mails and reports") + " read");
        sub.addClassName("secondary");
        var reports = new RouterLink("See the reports", ReportsView.class);
        reports.addClassName("button-link");
        var header = new Div(new Div(back, title, sub), reports);
        header.addClassName("page-header");
        return header;
    }

    private static Component wrong(UUID id, List<ImportOutcome.Reason> reasons) {
        var csv = new Anchor("download/imports/" + id + "/problems.csv", "Download all as CSV");
        csv.setRouterIgnore(true);
        csv.getElement().setAttribute("download", true);
        var head = new Div(new H2("Not counted"), csv);
        head.addClassName("section-head");
        var card = new Section(head);
        card.addClassName("card");
        reasons.forEach(reason -> card.add(reason(Words.count(reason.items(), "item", "items"), reason.example(),
                reason.items(), reason.examples(), "problem")));
        return card;
    }

    private static Component leftOut(List<ImportJob.LeftOut> reasons) {
        var card = new Section(new H2("Left out"), new Paragraph("These were not even tried."));
        card.addClassName("card");
        reasons.forEach(left -> card.add(reason(Words.count(left.count(), "file or mail", "files and mails"),
                left.reason() + ".", left.count(), left.examples(), "secondary")));
        return card;
    }

    private static Component reason(String count, String why, long total, List<String> names, String kind) {
        var figure = new Span(count);
        figure.addClassName(kind);
        var list = new UnorderedList();
        list.addClassName("import-names");
        names.stream().limit(5).map(ListItem::new).forEach(list::add);
        long hidden = total - Math.min(5, names.size());
        if (hidden > 0) {
            list.add(new ListItem("and " + Words.count(hidden) + " more"));
        }
        var box = new Div(new H3(figure), new Paragraph(why), list);
        box.addClassName("check");
        return box;
    }
}
