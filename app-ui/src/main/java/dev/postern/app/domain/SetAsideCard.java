package dev.postern.app.domain;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import dev.postern.app.base.Words;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Watch;
import dev.postern.setup.MailDomain;
import dev.postern.tlsrpt.ResultType;
import java.util.List;
import java.util.Optional;

/// What set the watch back, with the way to set it aside where it lies with one sender, and what was set aside before.
final class SetAsideCard extends Section {

    private final Domains domains;
    private final Domains.Actor actor;
    private final Runnable reload;
    private final Div content = new Div();

    SetAsideCard(Domains domains, Domains.Actor actor, Runnable reload) {
        this.domains = domains;
        this.actor = actor;
        this.reload = reload;
        addClassName("card");
        content.addClassName("stack");
        add(new H2("What set the watch back"), content);
    }

    void show(DomainStatus shown) {
        MailDomain domain = shown.domain();
        content.removeAll();
        Optional<Watch.Reset> reset = shown.watch().reset();
        List<SetAside> asides = domains.setAsides(actor.tenant(), domain.id());
        setVisible(reset.isPresent() || !asides.isEmpty());
        reset.ifPresent(cause -> {
            var line = new Paragraph(words(cause) + " " + cause.type().meaning() + " " + cause.type().remedy());
            var aside = new Button("It lies with this sender…", _ -> ask(domain, cause));
            aside.addThemeVariants(ButtonVariant.LUMO_TERTIARY);
            content.add(line, Permitted.only(aside, actor, Permission.SET_FAILURES_ASIDE));
        });
        if (!asides.isEmpty()) {
            var list = new UnorderedList();
            list.addClassName("set-asides");
            asides.forEach(each -> list.add(item(domain, each)));
            content.add(list);
        }
    }

    private static String words(Watch.Reset cause) {
        return Words.day(cause.day()) + ": " + (cause.organization().isEmpty() ? "an unnamed sender" : cause.organization())
                + " reported " + Words.count(cause.sessions(), "session", "sessions") + " with " + cause.type().wire()
                + (cause.mx().isEmpty() ? "." : " at " + cause.mx() + ".");
    }

    private void ask(MailDomain domain, Watch.Reset cause) {
        new StepDialog("Set failures of " + cause.organization() + " aside?", "Failures of this kind that "
                + cause.organization() + " has reported until today no longer hold up the watch of "
                + domain.name().unicode() + ". Do this only when you know that the fault is the sender's: under enforce, "
                + "it would not have delivered this mail.", "Set aside", true,
                reason -> domains.setAside(actor, domain.id(), cause.organization(), Optional.of(cause.type()),
                        Optional.of(cause.mx()), reason), _ -> reload.run()).open();
    }

    private ListItem item(MailDomain domain, SetAside aside) {
        var what = new Span(aside.organization() + aside.type().map(ResultType::wire).map(type -> ", " + type).orElse("")
                + aside.mx().filter(mx -> !mx.isEmpty()).map(mx -> " at " + mx).orElse("") + ": " + aside.reason());
        var who = new Span("Set aside by " + aside.by() + ", " + Words.time(aside.at()) + aside.ended()
                .map(ended -> "; counts again since " + Words.time(ended.at()) + ", by " + ended.by()).orElse(""));
        who.addClassName("secondary");
        var item = new ListItem(new Div(what, who));
        if (aside.ended().isEmpty()) {
            var end = new Button("Let them count again", _ -> {
                domains.endSetAside(actor, domain.id(), aside.id());
                reload.run();
            });
            end.addThemeVariants(ButtonVariant.LUMO_TERTIARY, ButtonVariant.LUMO_SMALL);
            item.add(Permitted.only(end, actor, Permission.SET_FAILURES_ASIDE));
        }
        return item;
    }
}
