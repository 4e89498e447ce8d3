package dev.postern.app.imports;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.progressbar.ProgressBar;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Sizes;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportState;

/// An import while it lasts: how far it is, and its figures so far.
final class ImportCard extends Section {

    private final ProgressBar bar = new ProgressBar();
    private final Span step = new Span();
    private final Div figures = new Div();

    ImportCard(ImportJob job) {
        addClassNames("card", "import-card");
        var title = new H2(new RouterLink(job.name(), ImportView.class,
                new RouteParameters("import", job.id().toString())));
        title.addClassName("import-name");
        bar.getElement().setAttribute("aria-label", "Progress of " + job.name());
        step.addClassName("secondary");
        step.getElement().setAttribute("role", "status");
        var progress = new Div(bar, step);
        progress.addClassName("probe-bar");
        add(title, progress, figures);
    }

    void show(ImportStatus status) {
        bar.setIndeterminate(status.job().state() == ImportState.WAITING);
        bar.setValue(status.share());
        step.setText(step(status));
        figures.removeAll();
        figures.add(figures(status));
    }

    private static String step(ImportStatus status) {
        ImportJob job = status.job();
        return switch (job.state()) {
            case WAITING -> "Waiting for its turn…";
            case READING -> "Reading: " + Sizes.of(job.progress().bytesRead()) + " of " + Sizes.of(job.bytes()) + ", "
                    + Words.count(job.progress().items(), "mail or report", "mails and reports") + " so far";
            case READ, FAILED, INTERRUPTED -> "Recording: " + Words.count(status.outcome().items()) + " of "
                    + Words.count(job.progress().items(), "mail or report", "mails and reports");
        };
    }

    /// New, known, wrong, left out.
    static Div figures(ImportStatus status) {
        var outcome = status.outcome();
        long wrong = outcome.wrong() + outcome.conflicting();
        return Stat.row(new Stat("New", Words.count(outcome.fresh()), "reports counted", outcome.fresh() > 0 ? "good" : ""),
                new Stat("Known", Words.count(outcome.known()), "reports counted before"),
                new Stat("Wrong", Words.count(wrong), "not counted", wrong > 0 ? "problem" : ""),
                new Stat("Left out", Words.count(status.job().progress().leftOut()), "can't be reports"));
    }
}
