package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import dev.postern.app.base.Badge;
import dev.postern.app.base.CopyRow;
import dev.postern.app.base.Words;
import dev.postern.app.plan.PlanView;
import dev.postern.app.plan.Plans;
import dev.postern.mtasts.MxPattern;
import dev.postern.rollout.plan.Alarm;
import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.PlanProgress.Entry;
import dev.postern.rollout.plan.PlanProgress.State;
import dev.postern.rollout.plan.PlanStep;
import dev.postern.setup.MailDomain;
import java.util.List;

/// Changes under way, step by step with their dates, what goes against them, and the way to plan another one.
final class ChangesTab extends Div implements DomainView.Part {

    @FunctionalInterface
    private interface Form {
        ChangeDialog of(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload);
    }

    /// A change that can be planned.
    private record Kind(VaadinIcon icon, String title, String text, Form form) {
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(VaadinIcon.PLUS, "Add an MX", "One more mail server. The policy names it before DNS does.",
                    ChangeDialog::addMx),
            new Kind(VaadinIcon.EXCHANGE, "Replace the mail provider", "New servers in, old ones out, and nothing refused "
                    + "between.", ChangeDialog::replace),
            new Kind(VaadinIcon.DIPLOMA, "Renew a certificate", "Or change its authority: in time, at every address, with CAA "
                    + "and TLSA first.", ChangeDialog::renew),
            new Kind(VaadinIcon.SERVER, "Move the policy host", "To Postern or to a web server of yours.", ChangeDialog::move),
            new Kind(VaadinIcon.ARCHIVE, "Retire", "The end of MTA-STS for this domain, without a bounce.",
                    ChangeDialog::retire));

    private final Domains domains;
    private final Plans plans;
    private final Domains.Actor actor;
    private final Runnable reload;

    /// @param reload shows the page anew after something was done
    ChangesTab(Domains domains, Plans plans, Domains.Actor actor, Runnable reload) {
        this.domains = domains;
        this.plans = plans;
        this.actor = actor;
        this.reload = reload;
        addClassName("stack");
    }

    @Override
    public void show(DomainStatus shown) {
        MailDomain domain = shown.domain();
        Plans.Overview overview = plans.of(actor.tenant(), domain);
        removeAll();
        overview.alarms().forEach(alarm -> add(alarm(alarm)));
        overview.plans().stream().filter(view -> view.plan().open()).forEach(view -> add(plan(view, domain)));
        add(offer(domain, overview.open().isPresent()));
        var ended = overview.plans().stream().filter(view -> !view.plan().open()).toList();
        if (!ended.isEmpty()) {
            add(ended(ended));
        }
    }

    private static Component alarm(Alarm alarm) {
        var card = new Section(new H2(alarm.title()), new Paragraph(alarm.what()));
        card.addClassNames("card", "attack", "plan-alarm");
        card.getElement().setAttribute("role", "alert");
        var remedies = new UnorderedList();
        alarm.remedies().forEach(remedy -> remedies.add(new ListItem(remedy)));
        var head = new H3("What to do now");
        card.add(head, remedies);
        return card;
    }

    private Component offer(MailDomain domain, boolean underWay) {
        var head = new Div(new H2(underWay ? "Plan another change" : "Plan a change"), new Paragraph("Senders hold the policy of "
                + domain.name().unicode() + " for its max_age and DNS records for their TTL, so the order of the steps "
                + "decides whether mail is refused on the way. A plan gives the steps in the safe order with their dates, and "
                + "opens each when a probe has seen the one before. Nothing changes until you do a step."));
        head.addClassNames("stack", "change-offer");
        var kinds = new Div();
        kinds.addClassName("change-kinds");
        for (Kind kind : KINDS) {
            var icon = kind.icon().create();
            icon.getElement().setAttribute("aria-hidden", "true");
            var text = new Span(kind.text());
            text.addClassName("secondary");
            var choose = new Button(kind.title(), icon, _ -> kind.form().of(plans, actor, domain, reload).open());
            var item = new Div(choose, text);
            item.addClassName("change-kind");
            kinds.add(item);
        }
        var card = new Section(head, kinds);
        card.addClassName("card");
        return card;
    }

    private Component plan(PlanView view, MailDomain domain) {
        var steps = view.progress().steps();
        var started = new Span("Planned by " + view.plan().startedBy() + ", " + Words.time(view.plan().startedAt()));
        started.addClassName("secondary");
        var titles = new Div(new H2(view.plan().change().title()), started);
        titles.addClassName("plan-titles");
        var head = new Div(titles, Badge.neutral(VaadinIcon.TASKS, view.progress().doneSteps() + " of " + steps.size()
                + " steps done"));
        head.addClassName("plan-head");
        var list = new OrderedList();
        list.addClassName("plan-steps");
        for (int i = 0; i < steps.size(); i++) {
            list.add(step(steps.get(i), i + 1, domain));
        }
        var calendar = new Anchor("download/plans/" + view.plan().id() + "/calendar.ics", "Download calendar");
        calendar.getElement().setAttribute("router-ignore", true);
        calendar.getElement().setAttribute("download", true);
        calendar.addClassName("button-link");
        var abandon = new Button("Abandon plan", VaadinIcon.BAN.create(), _ -> abandon(view, domain));
        abandon.addThemeVariants(ButtonVariant.LUMO_TERTIARY, ButtonVariant.LUMO_ERROR);
        var actions = new Div(calendar, abandon);
        actions.addClassName("actions");
        var card = new Section(head, list, actions);
        card.addClassNames("card", "plan");
        return card;
    }

    private ListItem step(Entry entry, int number, MailDomain domain) {
        PlanStep step = entry.step();
        var mark = new Span(entry.state() instanceof State.Done ? "✓" : Integer.toString(number));
        mark.addClassName("plan-mark");
        mark.getElement().setAttribute("aria-hidden", "true");
        var when = new Span(when(entry));
        when.addClassName("plan-when");
        var title = new Div(new H3(step.title()), badge(entry.state(), step));
        title.addClassName("plan-title");
        var body = new Div(title, when);
        body.addClassName("plan-body");
        switch (entry.state()) {
            case State.Done(var _, var evidence) -> body.add(secondary(evidence));
            case State.Open(var saw) -> {
                body.add(new Paragraph(step.what()));
                lines(step, body);
                act(step, domain, body);
                body.add(fact("Why", step.why()), fact("Done when", step.checkedBy()), fact("Seen last", saw));
            }
            case State.Waiting(var _, var why) -> {
                var reason = new Paragraph(why);
                reason.addClassName("plan-wait");
                body.add(reason, secondary(step.what()), fact("Why", step.why()));
            }
            case State.Later _ -> {
                var details = new Div(new Paragraph(step.what()));
                lines(step, details);
                details.add(fact("Why", step.why()), fact("Done when", step.checkedBy()));
                details.addClassName("plan-body");
                body.add(new Details("What to do then", details));
            }
        }
        var item = new ListItem(mark, body);
        item.addClassName(switch (entry.state()) {
            case State.Done _ -> "done";
            case State.Open _ -> "open";
            case State.Waiting _ -> "waiting";
            case State.Later _ -> "later";
        });
        return item;
    }

    private static Badge badge(State state, PlanStep step) {
        return switch (state) {
            case State.Done _ -> Badge.good("Done");
            case State.Open _ -> step.doer() == PlanStep.Doer.YOU ? Badge.warning("Your turn")
                    : step.act().isPresent() ? Badge.warning("At the press of a button")
                    : Badge.neutral(VaadinIcon.EYE, "Postern watches");
            case State.Waiting _ -> Badge.neutral(VaadinIcon.HOURGLASS, "Wait");
            case State.Later _ -> Badge.neutral(VaadinIcon.CIRCLE_THIN, "Later");
        };
    }

    private static String when(Entry entry) {
        return switch (entry.state()) {
            case State.Done(var at, var _) -> Words.time(at);
            case State.Open _ -> "Now";
            case State.Waiting(var until, var _) -> until.map(at -> "Not before " + Words.time(at))
                    .orElse("Something has to be put right first");
            case State.Later _ -> "At the earliest " + Words.time(entry.planned()) + " (estimated)";
        };
    }

    private static void lines(PlanStep step, Div body) {
        step.lines().forEach(line -> body.add(line.value().contains("\n")
                ? CopyRow.block(line.label(), line.value().replace("\r\n", "\n")) : CopyRow.line(line.label(), line.value())));
    }

    private void act(PlanStep step, MailDomain domain, Div body) {
        step.act().ifPresent(act -> {
            var button = new Button(step.title(), _ -> ask(step, act, domain));
            button.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            var actions = new Div(button);
            actions.addClassName("actions");
            body.add(actions);
        });
    }

    private void ask(PlanStep step, PlanStep.Act act, MailDomain domain) {
        switch (act) {
            case PlanStep.Act.Publish(var mx) -> {
                var patterns = mx.stream().map(MxPattern::pattern).toList();
                var dialog = new ConfirmDialog("Publish a policy for " + domain.name().unicode() + " that names "
                        + String.join(", ", patterns) + "?", step.why() + " Its mode and max_age stay as they are.", "Publish",
                        _ -> done(domains.publishPolicy(actor, domain.id(), patterns)));
                dialog.setCancelable(true);
                dialog.open();
            }
            case PlanStep.Act.Take(var rollout) -> new StepDialog(Steps.question(rollout, domain), step.why(), rollout.title(),
                    Steps.needsReason(rollout), reason -> domains.take(actor, domain.id(), rollout, reason),
                    this::done).open();
        }
    }

    private void done(Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var reason)) {
            new ConfirmDialog("Not yet", reason, "Understood", _ -> { }).open();
        }
        reload.run();
    }

    private void abandon(PlanView view, MailDomain domain) {
        var dialog = new ConfirmDialog("Abandon this plan?", view.plan().change().title() + ": Postern no longer watches over "
                + "it. What was done for " + domain.name().unicode() + " stays as it is; nothing is taken back.", "Abandon",
                _ -> done(plans.abandon(actor, domain.id(), view.plan().id())));
        dialog.setConfirmButtonTheme("error primary");
        dialog.setCancelable(true);
        dialog.setCancelText("Keep it");
        dialog.open();
    }

    private static Component ended(List<PlanView> views) {
        var list = new UnorderedList();
        list.addClassName("set-asides");
        for (PlanView view : views) {
            ChangePlan.Ended ended = view.plan().ended().orElseThrow();
            var title = new Span(view.plan().change().title());
            title.addClassName("gate-title");
            list.add(new ListItem(new Div(title, secondary((ended.outcome() == ChangePlan.Outcome.COMPLETED ? "Completed "
                    : "Abandoned by " + ended.by() + ", ") + Words.time(ended.at()) + ", after "
                    + view.progress().doneSteps() + " of " + view.progress().steps().size() + " steps"))));
        }
        var card = new Section(new H2("Earlier changes"), list);
        card.addClassName("card");
        return card;
    }

    private static Component fact(String label, String text) {
        var name = new Span(label);
        name.addClassName("plan-label");
        var fact = new Div(name, new Span(text));
        fact.addClassName("plan-fact");
        return fact;
    }

    private static Component secondary(String text) {
        var line = new Paragraph(text);
        line.addClassName("secondary");
        return line;
    }
}
