package dev.postern.app.domain;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import dev.postern.app.overview.OverviewView;
import dev.postern.rollout.EnforceGate;
import dev.postern.rollout.Phase;
import dev.postern.rollout.Requirement;
import dev.postern.setup.MailDomain;
import java.util.Optional;
import java.util.function.Supplier;

/// What enforce still needs, and the steps between phases.
final class PlanTab extends Div implements DomainView.Part {

    private final Domains domains;
    private final Domains.Actor actor;
    private final UnorderedList gate = new UnorderedList();
    private final Div actions = new Div();
    private final Paragraph refusal = new Paragraph();
    private Optional<DomainStatus> status = Optional.empty();

    PlanTab(Domains domains, Domains.Actor actor) {
        this.domains = domains;
        this.actor = actor;
        addClassName("stack");
        gate.addClassName("gate");
        actions.addClassName("actions");
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");
        var needs = new Section(new H2("What enforce needs"), gate);
        needs.addClassName("card");
        var steps = new Section(new H2("Change the phase"), new Paragraph("Each change publishes a new version of the "
                + "policy with a new id. Postern then shows the record to publish under Set-up."), actions, refusal);
        steps.addClassName("card");
        add(needs, steps);
    }

    @Override
    public void show(DomainStatus shown) {
        status = Optional.of(shown);
        gate.removeAll();
        shown.gate().forEach(requirement -> gate.add(requirement(requirement)));
        actions.removeAll();
        MailDomain domain = shown.domain();
        for (Phase next : Phase.values()) {
            if (domain.phase().next().contains(next) && domain.phase() != Phase.SETUP) {
                actions.add(step(domain, next, shown));
            }
        }
        var remove = new Button("Remove domain", VaadinIcon.TRASH.create(), _ -> confirm(
                "Remove " + domain.name().unicode() + "?",
                "Its policies, checks and reports are deleted. The timeline keeps what happened.", "Remove",
                () -> domains.remove(actor, domain.id()), () -> UI.getCurrent().navigate(OverviewView.class)));
        remove.addThemeVariants(ButtonVariant.LUMO_ERROR);
        actions.add(remove);
    }

    private static ListItem requirement(Requirement requirement) {
        var sign = (requirement.met() ? VaadinIcon.CHECK_CIRCLE_O : VaadinIcon.CIRCLE_THIN).create();
        sign.getElement().setAttribute("aria-label", requirement.met() ? "met" : "missing");
        var title = new Span(requirement.title());
        title.addClassName("gate-title");
        var have = new Span(requirement.have());
        have.addClassName("secondary");
        var item = new ListItem(sign, new Div(title, have));
        item.addClassName(requirement.met() ? "met" : "missing");
        return item;
    }

    private Button step(MailDomain domain, Phase next, DomainStatus shown) {
        String name = domain.name().unicode();
        var button = switch (next) {
            case ENFORCE -> new Button("Enforce", VaadinIcon.SHIELD.create(), _ -> confirm("Enforce for " + name + "?",
                    "From then on, senders refuse to deliver mail to " + name + " over a connection without valid TLS.",
                    "Enforce", () -> domains.changePhase(actor, domain.id(), Phase.ENFORCE), () -> { }));
            case TESTING -> new Button("Go back to testing", _ -> confirm("Back to testing for " + name + "?",
                    "Senders deliver again whatever happens, once they see the new id.", "Go back to testing",
                    () -> domains.changePhase(actor, domain.id(), Phase.TESTING), () -> { }));
            case RETIRING -> new Button("Retire", _ -> confirm("Retire MTA-STS for " + name + "?",
                    "The policy says none from then on. Keep record and policy host until Postern says they may go.",
                    "Retire", () -> domains.changePhase(actor, domain.id(), Phase.RETIRING), () -> { }));
            case SETUP, NONE -> throw new IllegalStateException("nobody chooses " + next);
        };
        if (next == Phase.ENFORCE) {
            button.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            button.setEnabled(EnforceGate.open(shown.gate()));
        }
        return button;
    }

    private void confirm(String title, String text, String yes, Supplier<Outcome> action, Runnable afterwards) {
        var dialog = new ConfirmDialog(title, text, yes, _ -> {
            switch (action.get()) {
                case Outcome.Done _ -> {
                    refusal.setText("");
                    afterwards.run();
                }
                case Outcome.Refused(var reason) -> refusal.setText(reason);
            }
            status.flatMap(shown -> domains.status(actor.tenant(), shown.domain().name())).ifPresent(this::show);
        });
        dialog.setCancelable(true);
        dialog.open();
    }
}
