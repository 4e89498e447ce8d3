package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Words;
import dev.postern.app.overview.OverviewView;
import dev.postern.mtasts.Mode;
import dev.postern.rollout.Gate;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Requirement;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import java.util.List;
import java.util.Map;

/// The steps of the rollout, what each needs and what there is of it, and which policies senders may hold.
final class RolloutTab extends Div implements DomainView.Part {

    private final Domains domains;
    private final Domains.Actor actor;
    private final Runnable reload;
    private final Div steps = new Div();
    private final Div held = new Div();
    private final SetAsideCard setAsides;
    private final Div rest = new Div();

    /// @param reload shows the page anew after something was done
    RolloutTab(Domains domains, Domains.Actor actor, Runnable reload) {
        this.domains = domains;
        this.actor = actor;
        this.reload = reload;
        this.setAsides = new SetAsideCard(domains, actor, reload);
        addClassName("stack");
        steps.addClassName("stack");
        var trail = new Section(new H2("What senders may hold"), new Paragraph("A sender keeps a policy for its max_age "
                + "after it fetched it, and may have fetched it until another one was in its place (RFC 8461 §3.2)."), held);
        trail.addClassName("card");
        var others = new Section(new H2("Other steps"), rest);
        others.addClassName("card");
        rest.addClassName("other-steps");
        add(steps, setAsides, trail, others);
    }

    @Override
    public void show(DomainStatus shown) {
        MailDomain domain = shown.domain();
        steps.removeAll();
        rest.removeAll();
        for (Gate gate : shown.gates()) {
            if (leadsOn(gate.step())) {
                steps.add(card(gate, shown));
            } else {
                rest.add(row(gate.step().title(), Steps.consequence(gate.step(), domain, maxAge(shown)),
                        button(gate, shown, domains, actor, reload)));
            }
        }
        setAsides.show(shown);
        held(shown);
        var remove = new Button("Remove domain", VaadinIcon.TRASH.create(), _ -> remove(domain));
        remove.addThemeVariants(ButtonVariant.LUMO_ERROR, ButtonVariant.LUMO_TERTIARY);
        rest.add(row("Remove", "Its policies, checks and reports are deleted. Before set-up and after retirement only: "
                + "until then senders may hold its policy.", remove));
    }

    /// Whether the step is on the way to enforce and beyond. The others are for who wants them.
    private static boolean leadsOn(Step step) {
        return switch (step) {
            case BEGIN_TESTING, ENFORCE, LENGTHEN, RESUME -> true;
            case SHORTEN, ROLL_BACK, RETIRE -> false;
        };
    }

    private static Component row(String title, String text, Button button) {
        var name = new Span(title);
        name.addClassName("gate-title");
        var words = new Span(text);
        words.addClassName("secondary");
        var row = new Div(new Div(name, words), button);
        row.addClassName("other-step");
        return row;
    }

    private Component card(Gate gate, DomainStatus shown) {
        MaxAge maxAge = maxAge(shown);
        String title = gate.step() == Step.LENGTHEN ? "max_age of " + maxAge.longer().map(MaxAge::words).orElse("")
                : gate.step().title();
        var head = new Div(new H2(title), gate.open() ? Badge.good("Ready") : Badge.neutral(VaadinIcon.HOURGLASS,
                gate.missing().size() + " of " + gate.requirements().size() + " missing"));
        head.addClassName("record-title");
        var card = new Section(head, new Paragraph(Steps.consequence(gate.step(), shown.domain(), maxAge)));
        card.addClassNames("card", "gate-card");
        if (!gate.missing().isEmpty()) {
            card.add(list(gate.missing(), shown.domain()));
        }
        var met = gate.requirements().stream().filter(Requirement::met).toList();
        if (!met.isEmpty()) {
            var details = new Details(met.size() + " of "
                    + gate.requirements().size() + " met", list(met, shown.domain()));
            card.add(details);
        }
        var take = button(gate, shown, domains, actor, reload);
        var actions = new Div(take);
        actions.addClassName("actions");
        card.add(actions);
        return card;
    }

    /// A button that takes a step after a confirmation; disabled, with the reason, while its gate is shut.
    static Button button(Gate gate, DomainStatus shown, Domains domains, Domains.Actor actor, Runnable reload) {
        MailDomain domain = shown.domain();
        var button = new Button(gate.step().title(), _ -> new StepDialog(Steps.question(gate.step(), domain),
                Steps.consequence(gate.step(), domain, maxAge(shown)), gate.step().title(), Steps.needsReason(gate.step()),
                reason -> domains.take(actor, domain.id(), gate.step(), reason), _ -> reload.run()).open());
        switch (gate.step()) {
            case BEGIN_TESTING, ENFORCE, LENGTHEN -> button.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            case ROLL_BACK, RETIRE, SHORTEN, RESUME -> {
                // The way back is always open, and never what the page urges to.
            }
        }
        button.setEnabled(gate.open());
        if (!gate.open()) {
            button.setTooltipText("Missing: " + gate.missing().getFirst().title());
        }
        return button;
    }

    static MaxAge maxAge(DomainStatus shown) {
        return MaxAge.atMost(shown.policy().map(policy -> policy.policy().maxAgeSeconds()).orElse(0L));
    }

    private static UnorderedList list(List<Requirement> requirements, MailDomain domain) {
        var list = new UnorderedList();
        list.addClassName("gate");
        requirements.forEach(requirement -> list.add(requirement(requirement, domain)));
        return list;
    }

    private static ListItem requirement(Requirement requirement, MailDomain domain) {
        var sign = (requirement.met() ? VaadinIcon.CHECK_CIRCLE_O : VaadinIcon.CIRCLE_THIN).create();
        sign.getElement().setAttribute("role", "img");
        sign.getElement().setAttribute("aria-label", requirement.met() ? "met" : "missing");
        var title = new Span(requirement.title());
        title.addClassName("gate-title");
        var have = new Span(requirement.have());
        have.addClassName("secondary");
        var texts = new Div(title, have);
        requirement.check().ifPresent(check -> {
            var evidence = new RouterLink("Evidence", DomainView.class, new RouteParameters(Map.of("domain",
                    domain.name().ascii(), "tab", "checks")));
            evidence.setQueryParameters(QueryParameters.of("check", check.id()));
            evidence.getElement().setAttribute("aria-label", "Evidence for " + requirement.title());
            texts.add(evidence);
        });
        var item = new ListItem(sign, texts);
        item.addClassName(requirement.met() ? "met" : "missing");
        return item;
    }

    private void held(DomainStatus shown) {
        held.removeAll();
        var policies = shown.facts().trail().held(shown.facts().now());
        if (policies.isEmpty()) {
            held.add(new Paragraph("None: no sender holds a policy of " + shown.domain().name().unicode() + "."));
        }
        for (HeldPolicy policy : policies) {
            String until = policy.until().map(at -> "until " + Words.time(at)).orElse("served now, for "
                    + days(policy.policy().maxAgeSeconds()) + " after each fetch");
            var name = new H3(policy.version().map(number -> "Version " + number).orElse("A policy from elsewhere"));
            var line = new Div(name, mode(policy.policy().mode()), new Span(until));
            line.addClassName("held-policy");
            held.add(line);
        }
    }

    private static String days(long seconds) {
        return seconds < 86_400 ? Words.count(seconds, "second", "seconds")
                : Words.count(seconds / 86_400, "day", "days");
    }

    private static Badge mode(Mode mode) {
        return switch (mode) {
            case ENFORCE -> Badge.good("enforce");
            case TESTING -> Badge.neutral(VaadinIcon.EYE, "testing");
            case NONE -> Badge.neutral(VaadinIcon.BAN, "none");
        };
    }

    private void remove(MailDomain domain) {
        var dialog = new ConfirmDialog("Remove " + domain.name().unicode() + "?",
                "Its policies, checks and reports are deleted. The timeline keeps what happened.", "Remove", _ -> {
            switch (domains.remove(actor, domain.id())) {
                case Outcome.Done _ -> UI.getCurrent().navigate(OverviewView.class);
                case Outcome.Refused(var reason) -> {
                    var refused = new ConfirmDialog("Not yet", reason, "Understood", _ -> { });
                    refused.open();
                }
            }
        });
        dialog.setConfirmButtonTheme("error primary");
        dialog.setCancelable(true);
        dialog.open();
    }
}
