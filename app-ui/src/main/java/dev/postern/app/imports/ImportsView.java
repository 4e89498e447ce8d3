package dev.postern.app.imports;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.upload.Upload;
import com.vaadin.flow.component.upload.UploadI18N;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.EverySecond;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Sizes;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.report.ReportsView;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.NotPermitted;
import dev.postern.db.account.Permission;
import jakarta.annotation.security.PermitAll;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Where people bring the reports that came before Postern: files to drop, what is under way, and what came of it.
@Route(value = "import", layout = MainLayout.class)
@PageTitle("Import reports · Postern")
@JavaScript("context://scripts/import.js")
@PermitAll
public class ImportsView extends Main {

    private static final int PAGE = 20;

    private final transient Imports imports;
    private final transient Actor actor;
    private final transient Drop drop;
    private final Paragraph refusal = new Paragraph();
    private final Div running = new Div();
    private final Div finished = new Div();
    private final Button more = new Button("Show older");
    private final transient Map<UUID, ImportCard> cards = new HashMap<>();
    private final transient Map<UUID, ImportStatus> known = new LinkedHashMap<>();
    private transient List<ImportStatus> shownFinished = List.of();
    private int shown = PAGE;

    public ImportsView(Imports imports, CurrentUser currentUser) {
        this.imports = imports;
        this.actor = currentUser.actor();
        this.drop = new Drop(imports, actor);
        addClassName("page");
        var back = new RouterLink("Reports", ReportsView.class);
        back.addClassName("crumb");
        var header = new Div(new Div(back, new H1("Import reports")));
        header.addClassName("page-header");
        running.addClassName("stack");
        finished.addClassNames("report-list", "import-rows");
        more.addClickListener(_ -> {
            shown += PAGE;
            refresh();
        });
        var former = new Section(new H2("Former imports"), finished, more);
        former.addClassName("card");
        add(header, bring(), running, former);
        refresh();
        EverySecond.whileAttached(this, this::refresh);
    }

    private Component bring() {
        var upload = new Upload(drop);
        upload.addClassName("import-upload");
        upload.getElement().executeJs("window.posternImport(this)");
        upload.setDropLabel(new Span("Drop files or folders here"));
        upload.setI18n(new UploadI18N().setAddFiles(new UploadI18N.AddFiles().setMany("Choose files…").setOne("Choose a file…")));
        if (!actor.may(Permission.BRING_REPORTS)) {
            upload.setEnabled(false);
            refusal.setText(NotPermitted.reason(actor.role(), Permission.BRING_REPORTS));
        }
        upload.addAllFinishedListener(_ -> allThere(upload));
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");
        var what = new Paragraph("Reports from before Postern count as if they had come to it. Mailboxes (mbox, maildir "
                + "folders), single mails (.eml), reports (.json, .json.gz), and zip or tar archives of any of these, up to "
                + Sizes.of(imports.mostBytes()) + ". Whatever is known already is not counted again.");
        what.addClassName("secondary");
        var shell = new Paragraph(new Span("From the shell: "), new Code("./postern import FILE…"));
        shell.addClassName("secondary");
        var card = new Section(new H2("Bring your history"), what, upload, refusal, shell);
        card.addClassName("card");
        return card;
    }

    private void allThere(Upload upload) {
        boolean partly = drop.refused();
        refusal.setText("");
        try {
            if (drop.begin().isEmpty() && !partly) {
                refusal.setText("There was nothing in these files.");
            }
        } catch (Imports.TooMany tooMany) {
            refusal.setText(tooMany.getMessage());
        }
        if (!partly) {
            upload.clearFileList();
        }
        refresh();
    }

    /// Whoever leaves the page has dropped what has arrived.
    @Override
    protected void onDetach(DetachEvent detached) {
        try {
            drop.begin();
        } catch (Imports.TooMany lost) {
            // Nobody is there to be told; nothing was said to be imported.
            return;
        }
    }

    private void refresh() {
        List<ImportStatus> page = imports.page(actor.tenant(), Optional.empty(), shown + 1, known);
        more.setVisible(page.size() > shown);
        List<ImportStatus> visible = page.stream().limit(shown).toList();
        visible.stream().filter(ImportStatus::finished).forEach(status -> known.put(status.job().id(), status));
        showRunning(visible.stream().filter(status -> !status.finished()).toList());
        showFinished(visible.stream().filter(ImportStatus::finished).toList());
    }

    private void showRunning(List<ImportStatus> statuses) {
        cards.entrySet().removeIf(card -> {
            boolean over = statuses.stream().noneMatch(status -> status.job().id().equals(card.getKey()));
            if (over) {
                running.remove(card.getValue());
            }
            return over;
        });
        for (ImportStatus status : statuses.reversed()) {
            var card = cards.computeIfAbsent(status.job().id(), _ -> {
                var fresh = new ImportCard(status.job());
                running.addComponentAsFirst(fresh);
                return fresh;
            });
            card.show(status);
        }
    }

    private void showFinished(List<ImportStatus> statuses) {
        if (statuses.equals(shownFinished) && finished.getComponentCount() > 0) {
            return;
        }
        shownFinished = statuses;
        finished.removeAll();
        if (statuses.isEmpty()) {
            finished.add(new EmptyState(VaadinIcon.ARCHIVE, "Nothing imported yet",
                    "Drop the mailbox that your reports went to so far, and the charts reach back to its first day."));
        }
        statuses.forEach(status -> finished.add(row(status)));
    }

    private static Component row(ImportStatus status) {
        var link = new RouterLink(ImportView.class, new RouteParameters("import", status.job().id().toString()));
        link.addClassName("report-row");
        var name = new Span(status.job().name());
        name.addClassName("report-organization");
        var when = new Span(Words.time(status.job().createdAt()) + " · by " + status.job().startedBy());
        when.addClassName("secondary");
        var outcome = status.outcome();
        long wrong = outcome.wrong() + outcome.conflicting();
        var fresh = new Span(Words.count(outcome.fresh()) + " new, " + Words.count(outcome.known()) + " known");
        var other = new Span(wrong == 0 ? "none wrong" : Words.count(wrong) + " wrong");
        other.addClassName(wrong == 0 ? "secondary" : "problem");
        var figures = new Div(fresh, other);
        figures.addClassName("report-figures");
        link.add(new Div(name, when));
        ImportWords.badge(status).ifPresent(link::add);
        link.add(figures);
        return link;
    }
}
