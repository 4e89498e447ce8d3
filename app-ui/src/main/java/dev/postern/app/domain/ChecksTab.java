package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.textfield.TextField;
import dev.postern.app.base.EmptyState;
import dev.postern.app.check.CheckList;
import dev.postern.app.check.ProbeBar;
import dev.postern.app.live.LiveEvents;
import dev.postern.check.Check;
import dev.postern.check.Ladder;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.foundation.StsNeed;
import dev.postern.name.DomainName;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the newest check found, stage by stage, and the layers from SPF to MTA-STS.
final class ChecksTab extends Div implements DomainView.Part {

    private final Domains domains;
    private final Domains.Actor actor;
    private final Div ladder = new Div();
    private final Div advice = new Div();
    private final Div empty = new Div();
    private final CheckList list;
    private final TextField selectors = new TextField("DKIM selectors");
    private final ProbeBar bar;
    private Optional<DomainStatus> status = Optional.empty();

    /// @param opened a check to open and bring into view
    ChecksTab(Domains domains, Domains.Actor actor, LiveEvents events, DomainName name, Optional<Check> opened) {
        this.domains = domains;
        this.actor = actor;
        this.list = new CheckList(check -> "domains/" + name.ascii() + "/checks?check=" + check.id());
        opened.ifPresent(list::open);
        this.bar = new ProbeBar(listener -> events.subscribe(actor.tenant(), listener), name.ascii(), this::reload);
        addClassName("stack");
        ladder.addClassName("stack");
        selectors.setHelperText("They can't be found from outside. Each is the s= in the DKIM-Signature of a mail you sent; "
                + "several with spaces between.");
        selectors.setPlaceholder("selector1 selector2");
        selectors.setWidthFull();
        var save = new Button("Save and check", _ -> saveSelectors());
        var named = new Section(new H2("Your DKIM selectors"), selectors, new Div(save));
        named.addClassName("card");
        list.introduce(ladder);
        add(bar, empty, list, named);
    }

    /// A check was asked for.
    void expect() {
        bar.expect();
    }

    @Override
    public void show(DomainStatus shown) {
        boolean first = status.isEmpty();
        if (!first && !status.flatMap(before -> before.domain().lastProbeAt()).equals(shown.domain().lastProbeAt())) {
            // Also when the news of its progress got lost.
            bar.end();
        }
        status = Optional.of(shown);
        if (first) {
            selectors.setValue(shown.domain().dkimSelectors().stream().sorted().collect(Collectors.joining(" ")));
        }
        empty.removeAll();
        ladder.removeAll();
        if (shown.findings().isEmpty()) {
            empty.add(new EmptyState(VaadinIcon.HOURGLASS, "The first check is under way", "Every mail server of "
                    + shown.domain().name().unicode() + " is asked as a sender would. What it says appears here."));
            expect();
            return;
        }
        ladder.add(layers(shown));
        list.show(shown.findings().stream().map(stored -> new CheckList.Row(stored.finding(),
                Optional.of(stored.since()))).toList());
    }

    private Component layers(DomainStatus shown) {
        Ladder all = Ladder.of(shown.findings().stream().map(StoredFinding::finding).toList());
        var rungs = new OrderedList();
        rungs.addClassName("ladder");
        for (Ladder.Rung rung : all.rungs()) {
            var name = new Span(rung.layer().title());
            name.addClassName("gate-title");
            var state = new Span(switch (rung.state()) {
                case DONE -> rung.layer().needed() ? "done" : "nothing to do";
                case ATTENTION -> "look at this";
                case MISSING -> "missing";
                case UNKNOWN -> "not known";
            });
            var item = new ListItem(name, state);
            item.addClassName(rung.state() == Ladder.State.DONE && !rung.layer().needed() ? "idle"
                    : rung.state().name().toLowerCase(Locale.ROOT));
            item.setTitle(rung.text());
            rungs.add(item);
        }
        String next = all.next().map(rung -> "Next: " + rung.layer().title() + ", which " + rung.layer().does() + ". "
                + rung.text()).orElse("Every layer that a mail domain needs is in place.");
        var ask = new Button("Is MTA-STS worth it now?", _ -> questionnaire());
        ask.addThemeVariants(ButtonVariant.LUMO_TERTIARY);
        advice.removeAll();
        domains.need(actor, shown.domain().id()).ifPresent(need -> advice.add(advice(need.advice(
                shown.verdict(Check.DMARC_POLICY) == Verdict.PASS))));
        var card = new Section(new H2("Layer by layer"), rungs, new Paragraph(next), advice, new Div(ask));
        card.addClassName("card");
        return card;
    }

    private static Component advice(StsNeed.Advice given) {
        var reasons = new UnorderedList();
        given.reasons().forEach(reason -> reasons.add(new ListItem(reason)));
        var when = new Paragraph("By your answers: " + switch (given.when()) {
            case NOW -> "begin now.";
            case SOON -> "soon, after what stands below.";
            case NOT_YET -> "not yet.";
        });
        when.addClassName("gate-title");
        return new Div(when, reasons);
    }

    private void questionnaire() {
        var before = status.flatMap(shown -> domains.need(actor, shown.domain().id()));
        var sensitive = new Checkbox("Mail that comes in holds what strangers must not read",
                before.map(StsNeed::sensitive).orElse(false));
        var required = new Checkbox("A law, a contract or an authority asks for encrypted transport",
                before.map(StsNeed::required).orElse(false));
        var brand = new Checkbox("Strangers gain by writing in this domain's name",
                before.map(StsNeed::brand).orElse(false));
        var dane = new Checkbox("The MXs have DANE already", before.map(StsNeed::dane).orElse(false));
        var watched = new Checkbox("Somebody will look at failures in the first weeks",
                before.map(StsNeed::watched).orElse(true));
        var incoming = new RadioButtonGroup<StsNeed.Incoming>("Mail that comes in on a working day");
        incoming.setItems(StsNeed.Incoming.values());
        incoming.setItemLabelGenerator(amount -> switch (amount) {
            case NONE -> "None: the domain takes no mail";
            case UNDER_100 -> "Fewer than 100";
            case UNDER_10_000 -> "Fewer than 10,000";
            case MORE -> "More";
        });
        incoming.setValue(before.map(StsNeed::incoming).orElse(StsNeed.Incoming.UNDER_10_000));
        var runner = new RadioButtonGroup<StsNeed.MxRunner>("Who runs the MXs");
        runner.setItems(StsNeed.MxRunner.values());
        runner.setItemLabelGenerator(who -> switch (who) {
            case LARGE_PROVIDER -> "A large provider (Google, Microsoft and the like)";
            case OURSELVES -> "We do";
            case SOMEBODY_ELSE -> "Somebody else for us";
        });
        runner.setValue(before.map(StsNeed::mx).orElse(StsNeed.MxRunner.LARGE_PROVIDER));
        var dialog = new Dialog("Is MTA-STS worth it now?");
        var questions = new Div(sensitive, required, brand, incoming, runner, dane, watched);
        questions.addClassName("stack");
        dialog.add(questions);
        var advise = new Button("Advise", _ -> {
            status.ifPresent(shown -> domains.setNeed(actor, shown.domain().id(), new StsNeed(sensitive.getValue(),
                    required.getValue(), brand.getValue(), incoming.getValue(), runner.getValue(), dane.getValue(),
                    watched.getValue())));
            dialog.close();
            reload();
        });
        advise.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        dialog.getFooter().add(new Button("Cancel", _ -> dialog.close()), advise);
        dialog.open();
    }

    private void saveSelectors() {
        status.ifPresent(shown -> {
            Outcome outcome = domains.setDkimSelectors(actor, shown.domain().id(), selectors.getValue());
            selectors.setInvalid(outcome instanceof Outcome.Refused);
            if (outcome instanceof Outcome.Refused(var reason)) {
                selectors.setErrorMessage(reason);
            } else {
                expect();
            }
        });
    }

    private void reload() {
        status.flatMap(shown -> domains.status(actor.tenant(), shown.domain().name())).ifPresent(this::show);
    }
}
