package dev.postern.app.bulk;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.UIDetachedException;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.progressbar.ProgressBar;
import com.vaadin.flow.component.textfield.Autocomplete;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.server.Command;
import com.vaadin.flow.server.streams.DownloadHandler;
import com.vaadin.flow.server.streams.DownloadResponse;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Steps;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// Asks before a step is taken for several domains, and for the reason; then shows how it goes, and how it went. Whoever
/// closes the page meanwhile does not stop it: the timelines have it.
final class BulkStepDialog extends Dialog {

    private static final int NAMED = 10;
    private static final long UPDATE_NANOS = 150_000_000;

    private final transient Domains domains;
    private final transient Domains.Actor actor;
    private final transient StepChoices.Choice choice;
    private final transient Runnable afterwards;
    private final TextArea reason = new TextArea();
    private final TextField typed = new TextField();
    private final Button yes = new Button();
    private final Button no = new Button("Cancel", _ -> close());

    /// @param choice     with at least one domain that may take it
    /// @param afterwards runs when it is over
    BulkStepDialog(Domains domains, Domains.Actor actor, StepChoices.Choice choice, Runnable afterwards) {
        this.domains = domains;
        this.actor = actor;
        this.choice = choice;
        this.afterwards = afterwards;
        var open = choice.open();
        Step step = choice.step();
        addClassName("bulk-dialog");
        setHeaderTitle(BulkWords.question(step, open));
        setWidth("min(38rem, 94vw)");
        setDraggable(false);
        add(new Paragraph(BulkWords.consequence(step, open)), new Paragraph(BulkWords.afterwards(open)),
                names(open.stream().map(StepChoices.Candidate::domain).toList()));
        if (choice.shut() > 0) {
            var left = new Paragraph(Words.count(choice.shut(), "selected domain is", "selected domains are")
                    + " left out, because " + (choice.shut() == 1 ? "it" : "they") + " can't take this step now.");
            left.addClassName("secondary");
            add(left);
        }
        boolean needed = Steps.needsReason(step);
        reason.setLabel(needed ? "Why" : "Why (optional)");
        reason.setHelperText(open.size() == 1 ? "Kept on the timeline and in the audit."
                : "Kept on the timeline of each domain and in the audit.");
        reason.setMaxLength(SetAside.LONGEST_REASON);
        reason.setWidthFull();
        reason.setValueChangeMode(ValueChangeMode.EAGER);
        reason.addValueChangeListener(_ -> allow());
        add(reason);
        if (BulkWords.typed(step, open.size())) {
            typed.setLabel("Type " + open.size() + " to confirm the number of domains");
            typed.setWidthFull();
            typed.setAutocomplete(Autocomplete.OFF);
            typed.setValueChangeMode(ValueChangeMode.EAGER);
            typed.addValueChangeListener(_ -> allow());
            add(typed);
        }
        yes.setText(step.title() + (open.size() == 1 ? "" : " for " + Words.count(open.size()) + " domains"));
        yes.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        yes.addClickListener(_ -> run());
        getFooter().add(no, yes);
        allow();
    }

    private void allow() {
        boolean why = !Steps.needsReason(choice.step()) || !reason.getValue().isBlank();
        boolean number = !BulkWords.typed(choice.step(), choice.open().size())
                || typed.getValue().strip().equals(Integer.toString(choice.open().size()));
        yes.setEnabled(why && number);
    }

    private static Component names(List<MailDomain> all) {
        var list = new UnorderedList();
        list.addClassName("bulk-names");
        all.stream().limit(NAMED).forEach(domain -> list.add(new ListItem(domain.name().unicode())));
        var box = new Div(list);
        if (all.size() > NAMED) {
            var rest = new UnorderedList();
            rest.addClassNames("bulk-names", "bulk-rest");
            all.stream().skip(NAMED).forEach(domain -> rest.add(new ListItem(domain.name().unicode())));
            rest.getElement().setAttribute("tabindex", "0").setAttribute("aria-label", "The other domains");
            box.add(new Details("and " + Words.count(all.size() - NAMED) + " more", rest));
        }
        return box;
    }

    private void run() {
        var run = new BulkRun(domains, actor, choice.step(), reason.getValue(),
                choice.open().stream().map(StepChoices.Candidate::domain).toList());
        removeAll();
        setCloseOnEsc(false);
        setCloseOnOutsideClick(false);
        var bar = new ProgressBar(0, run.size());
        bar.getElement().setAttribute("aria-label", "Domains that had their turn");
        var words = new Paragraph("0 of " + Words.count(run.size()));
        words.getElement().setAttribute("role", "status");
        add(bar, words);
        yes.setVisible(false);
        var cancel = new Button("Stop here", click -> {
            run.cancel();
            click.getSource().setEnabled(false);
            click.getSource().setText("Stopping…");
        });
        getFooter().removeAll();
        getFooter().add(cancel);
        UI ui = UI.getCurrent();
        var last = new AtomicLong(System.nanoTime());
        Thread.ofVirtual().name("bulk-step").start(() -> {
            List<BulkRun.Result> results = run.run(had -> {
                if (System.nanoTime() - last.get() > UPDATE_NANOS) {
                    last.set(System.nanoTime());
                    push(ui, () -> {
                        bar.setValue(had);
                        words.setText(Words.count(had) + " of " + Words.count(run.size()));
                    });
                }
            });
            push(ui, () -> {
                over(results);
                afterwards.run();
            });
        });
    }

    /// The run goes on when nobody watches it any more.
    private static void push(UI ui, Command command) {
        try {
            ui.access(command);
        } catch (UIDetachedException left) {
            return;
        }
    }

    private void over(List<BulkRun.Result> results) {
        Map<BulkRun.Ending, Long> counts = BulkRun.counts(results);
        long done = counts.getOrDefault(BulkRun.Ending.DONE, 0L);
        setCloseOnEsc(true);
        setCloseOnOutsideClick(true);
        setHeaderTitle(choice.step().title() + ": " + (done == results.size() ? "done" : Words.count(done) + " of "
                + Words.count(results.size()) + " done"));
        removeAll();
        var badges = new Div();
        badges.addClassName("actions");
        for (BulkRun.Ending ending : BulkRun.Ending.values()) {
            long count = counts.getOrDefault(ending, 0L);
            if (count > 0) {
                String text = Words.count(count) + " " + ending.word();
                badges.add(switch (ending) {
                    case DONE -> Badge.good(text);
                    case REFUSED, NOT_TRIED -> Badge.warning(text);
                    case FAILED -> Badge.problem(text);
                });
            }
        }
        add(badges);
        if (done > 0) {
            add(new Paragraph("Next, publish the new ids in the DNS. Each domain's page has its record and says when it is "
                    + "seen."));
        }
        results.stream().filter(result -> result.ending() != BulkRun.Ending.DONE)
                .collect(Collectors.groupingBy(BulkRun.Result::detail, LinkedHashMap::new, Collectors.toList()))
                .forEach((why, those) -> {
                    var list = names(those.stream().map(BulkRun.Result::domain).toList());
                    var group = new Div(new H3(those.getFirst().ending().word().substring(0, 1).toUpperCase(Locale.ROOT)
                            + those.getFirst().ending().word().substring(1) + ": " + Words.count(those.size(), "domain",
                            "domains")), new Span(why), list);
                    group.addClassName("bulk-group");
                    add(group);
                });
        byte[] csv = ResultsCsv.of(choice.step(), results);
        var download = new Anchor(DownloadHandler.fromInputStream(_ -> new DownloadResponse(new ByteArrayInputStream(csv),
                "postern-" + choice.step().name().toLowerCase(Locale.ROOT).replace('_', '-') + ".csv", "text/csv;charset=utf-8",
                csv.length)), "Download as CSV");
        download.addClassName("button-link");
        var close = new Button("Close", _ -> close());
        close.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        getFooter().removeAll();
        getFooter().add(download, close);
    }
}
