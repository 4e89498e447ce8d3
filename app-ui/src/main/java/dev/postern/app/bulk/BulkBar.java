package dev.postern.app.bulk;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.UIDetachedException;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.name.DomainName;
import dev.postern.setup.MailDomain;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What can be done with the selected domains: each step with how many of them may take it now, and why the others may not.
final class BulkBar extends Section {

    private static final Logger LOG = LoggerFactory.getLogger(BulkBar.class);
    private static final int NAMED = 6;

    private final transient DomainTable table;
    private final transient Domains domains;
    private final transient Domains.Actor actor;
    private final transient Runnable changed;
    private final Span count = new Span();
    private final Button all = new Button();
    private final Div steps = new Div();
    private final Details reasons = new Details("Why not all of them");
    private transient Set<UUID> selected = Set.of();
    private int asked;

    /// @param selectAll selects all that fit the filter
    /// @param clear     selects none
    /// @param changed   runs after a step was taken
    BulkBar(DomainTable table, Domains domains, Domains.Actor actor, Runnable selectAll, Runnable clear, Runnable changed) {
        this.table = table;
        this.domains = domains;
        this.actor = actor;
        this.changed = changed;
        addClassNames("card", "bulk-bar");
        getElement().setAttribute("aria-label", "Selected domains");
        count.addClassName("bulk-count");
        count.getElement().setAttribute("role", "status");
        all.addThemeVariants(ButtonVariant.LUMO_TERTIARY, ButtonVariant.LUMO_SMALL);
        all.addClickListener(_ -> selectAll.run());
        var none = new Button("Clear", _ -> clear.run());
        none.addThemeVariants(ButtonVariant.LUMO_TERTIARY, ButtonVariant.LUMO_SMALL);
        var what = new Div(count, all, none);
        what.addClassName("bulk-what");
        steps.addClassName("actions");
        reasons.addClassName("bulk-reasons");
        var head = new Div(what, steps);
        head.addClassName("bulk-head");
        add(head, reasons);
        setVisible(false);
    }

    /// @param fitting how many fit the filter
    void show(Set<UUID> now, int fitting) {
        boolean more = !now.equals(selected);
        selected = Set.copyOf(now);
        setVisible(!selected.isEmpty());
        count.setText(Words.count(selected.size()) + " selected");
        all.setText("Select all " + Words.count(fitting));
        all.setVisible(fitting > selected.size());
        if (more && !selected.isEmpty()) {
            look();
        }
    }

    /// Looks again at what the selected domains may do. It takes a while for many, so it is not done on the page's time; of
    /// several looks, the last counts.
    void look() {
        int mine = ++asked;
        Set<UUID> those = selected;
        UI ui = UI.getCurrent();
        if (steps.getComponentCount() == 0) {
            var waiting = new Span("Looking at what they may do…");
            waiting.addClassName("secondary");
            steps.add(waiting);
            reasons.setVisible(false);
        }
        Thread.ofVirtual().name("bulk-choices").start(() -> {
            try {
                StepChoices choices = table.choices(actor.tenant(), those);
                ui.access(() -> {
                    if (mine == asked) {
                        show(choices);
                    }
                });
            } catch (UIDetachedException left) {
                return;
            } catch (DataAccessException away) {
                LOG.warn("What {} domains may do can't be read", those.size(), away);
            }
        });
    }

    private void show(StepChoices choices) {
        steps.removeAll();
        reasons.removeAll();
        for (StepChoices.Choice choice : choices.steps()) {
            var button = new Button(choice.step().title() + " · " + Words.count(choice.open().size()) + " of "
                    + Words.count(choice.total()),
                    _ -> new BulkStepDialog(domains, actor, choice, () -> {
                        look();
                        changed.run();
                    }).open());
            switch (choice.step()) {
                case BEGIN_TESTING, ENFORCE, LENGTHEN -> button.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
                case ROLL_BACK, RETIRE, SHORTEN, RESUME -> {
                    // The way back is always open, and never what the page urges to.
                }
            }
            button.setAriaLabel(choice.step().title() + ": " + choice.open().size() + " of " + choice.total()
                    + " selected domains may take this step now");
            button.setEnabled(!choice.open().isEmpty());
            button.setTooltipText(Words.count(choice.open().size()) + " of " + Words.count(choice.total())
                    + " may take this step now");
            steps.add(Permitted.only(button, actor, Permission.CHANGE_ROLLOUT));
            if (choice.shut() > 0) {
                reasons.add(why(choice));
            }
        }
        reasons.setVisible(choices.steps().stream().anyMatch(choice -> choice.shut() > 0));
        if (choices.steps().isEmpty()) {
            steps.add(new Span("They are not there any more."));
        }
    }

    private static Div why(StepChoices.Choice choice) {
        var box = new Div(new H3(choice.step().title() + ": " + Words.count(choice.shut()) + " of "
                + Words.count(choice.total()) + " not now"));
        box.addClassName("bulk-group");
        for (StepChoices.Reason reason : choice.reasons()) {
            var names = reason.domains().stream().map(MailDomain::name).map(DomainName::unicode).limit(NAMED)
                    .collect(Collectors.joining(", "));
            int rest = reason.domains().size() - NAMED;
            var who = new Span(names + (rest > 0 ? " and " + Words.count(rest) + " more" : ""));
            who.addClassName("secondary");
            var line = new Div(new Span(Words.count(reason.domains().size()) + " × " + reason.why()), who);
            line.addClassName("bulk-reason");
            box.add(line);
        }
        return box;
    }
}
