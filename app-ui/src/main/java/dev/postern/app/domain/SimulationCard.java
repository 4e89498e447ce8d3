package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.NativeDetails;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Words;
import dev.postern.check.Finding;
import dev.postern.rollout.Coverage;
import dev.postern.rollout.EnforceSimulation;
import dev.postern.rollout.MailEffect;
import dev.postern.rollout.Phase;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// What `enforce` would have done to a domain's mail, over as many days as its watch lasts: one sentence, how far it can be
/// trusted, and every cause with its remedy.
final class SimulationCard extends Section implements DomainView.Part {

    /// More kinds of failure than anybody reads; the REST API has them all.
    private static final int MOST_CAUSES = 40;
    private static final List<String> COLUMNS = List.of("Under enforce", "Cause", "Sender", "MX", "Sessions");

    private final Domains domains;
    private final UUID tenant;

    SimulationCard(Domains domains, UUID tenant) {
        this.domains = domains;
        this.tenant = tenant;
        addClassNames("card", "simulation");
    }

    @Override
    public void show(DomainStatus status) {
        removeAll();
        setVisible(status.domain().verified());
        if (!status.domain().verified()) {
            return;
        }
        EnforceSimulation simulation = domains.simulation(tenant, status.domain(), status.facts().rules().days());
        boolean tested = simulation.counted().tested() > 0;
        var title = new Div(new H2("What enforce would do"));
        title.addClassName("section-head");
        if (tested) {
            title.add(Badge.of(simulation.coverage().strength()));
        }
        add(title);
        simulation.failingNow().forEach(finding -> add(failing(finding)));
        if (tested) {
            var headline = new Paragraph(simulation.headline(status.domain().phase()));
            headline.addClassName("simulation-headline");
            add(headline, new Paragraph(simulation.allowed()));
            thin(simulation.coverage());
        } else {
            add(new Paragraph(simulation.headline(status.domain().phase()) + " " + before(status.domain().phase())));
        }
        if (simulation.traffic().known() > 0) {
            add(share(simulation.traffic()));
        }
        var counted = simulation.causes().stream().filter(cause -> cause.policyType() == PolicyType.STS).toList();
        if (!counted.isEmpty()) {
            add(causes("Failures under the policy", counted));
        }
        var others = simulation.causes().stream().filter(cause -> cause.policyType() != PolicyType.STS).toList();
        if (!others.isEmpty()) {
            var beside = new Paragraph("Not part of the figures above: these senders found no policy, or went by DANE.");
            beside.addClassName("secondary");
            add(new H3("Sessions that were not held against the policy"), beside,
                    causes("Failures beside the policy", others));
        }
        add(reading(simulation));
    }

    private static String before(Phase phase) {
        return switch (phase) {
            case SETUP, RETIRING, NONE -> "They hold sessions against a policy from testing on, and report a day later.";
            case TESTING, ENFORCE -> "Reports come once a day, for the day before.";
        };
    }

    private static Component failing(Finding finding) {
        var what = new Span(finding.message());
        what.addClassName("problem");
        var box = new Paragraph(new Span("At present, every session that meets this would be refused: "), what);
        box.addClassName("simulation-now");
        return box;
    }

    private void thin(Coverage coverage) {
        if (!coverage.shortfalls().isEmpty()) {
            var note = new Paragraph((coverage.strength() == Coverage.Strength.THIN ? "The evidence is thin: "
                    : "What better evidence would need: ") + String.join("; ", coverage.shortfalls()) + ".");
            note.addClassNames("simulation-note", coverage.strength().name().toLowerCase(Locale.ROOT));
            add(note);
        }
    }

    private static Component share(EnforceSimulation.Traffic traffic) {
        String text = Words.share(traffic.observed(), traffic.known()) + " of known traffic was held against the policy";
        var label = new Span(text);
        var figures = new Span(Words.count(traffic.observed()) + " of " + Words.count(traffic.known(), "session",
                "sessions"));
        figures.addClassName("secondary");
        var line = new Div(label, figures);
        line.addClassName("section-head");
        var filled = new Span();
        filled.getStyle().set("width", String.format(Locale.ROOT, "%.2f%%",
                100.0 * traffic.observed() / traffic.known()));
        var bar = new Div(filled);
        bar.addClassName("share-bar");
        bar.getElement().setAttribute("role", "img");
        bar.getElement().setAttribute("aria-label", text);
        var box = new Div(line, bar);
        box.addClassName("share");
        return box;
    }

    private static Component causes(String label, List<EnforceSimulation.Cause> causes) {
        var head = new NativeTableRow();
        COLUMNS.forEach(column -> {
            var cell = new NativeTableHeaderCell(column);
            cell.getElement().setAttribute("scope", "col");
            head.add(cell);
        });
        var body = new NativeTableBody();
        causes.stream().limit(MOST_CAUSES).map(SimulationCard::row).forEach(body::add);
        var table = new NativeTable(new NativeTableHeader(head), body);
        table.addClassName("causes");
        table.getElement().setAttribute("aria-label", label);
        var box = new Div(table);
        if (causes.size() > MOST_CAUSES) {
            var rest = new Paragraph("… and " + Words.count(causes.size() - MOST_CAUSES, "kind", "kinds")
                    + " more with fewer sessions, all of them over the REST API.");
            rest.addClassName("secondary");
            box.add(rest);
        }
        return box;
    }

    private static NativeTableRow row(EnforceSimulation.Cause cause) {
        var consequence = Badge.of(cause.consequence());
        consequence.getElement().setAttribute("title", MailEffect.of(Phase.ENFORCE, cause.consequence()));
        var first = new NativeTableCell(consequence);
        first.getElement().setAttribute("data-label", COLUMNS.getFirst());
        var name = new Span(cause.type().map(ResultType::wire).orElse("no reason given")
                + (cause.policyType() == PolicyType.STS ? "" : " · " + cause.policyType().wire()));
        name.addClassName("cause-name");
        var texts = new ArrayList<Component>(List.of(name, new Span(cause.type().map(ResultType::meaning)
                .orElse("The sender counted failed sessions and does not say why.")), fix(cause)));
        if (cause.policyType() != PolicyType.STS && cause.consequence() == Consequence.REFUSED) {
            texts.add(new Span("It would be refused once the sender applies the policy."));
        }
        if (cause.setAside() > 0) {
            texts.add(new Span(cause.setAside() == cause.sessions() ? "Set aside." : Words.count(cause.setAside())
                    + " of them set aside."));
        }
        var text = new Div(texts.toArray(Component[]::new));
        text.addClassName("cause");
        return new NativeTableRow(first, cell(1, text), cell(2, new Span(named(cause.organization()))),
                cell(3, new Span(named(cause.mx()))), cell(4, new Span(Words.count(cause.sessions()))));
    }

    private static Span fix(EnforceSimulation.Cause cause) {
        var fix = new Span(cause.type().orElse(ResultType.OTHER).remedy());
        fix.addClassName("fix");
        return fix;
    }

    private static NativeTableCell cell(int column, Component content) {
        var cell = new NativeTableCell(content);
        cell.getElement().setAttribute("data-label", COLUMNS.get(column));
        return cell;
    }

    private static Component reading(EnforceSimulation simulation) {
        var list = new UnorderedList();
        simulation.caveats().forEach(caveat -> list.add(new ListItem(caveat)));
        var rules = new UnorderedList();
        Coverage.RULES.forEach(rule -> rules.add(new ListItem(rule)));
        var details = new NativeDetails("How far this can be trusted", new Div(list, new Paragraph("Evidence is"), rules));
        details.addClassName("reading");
        return details;
    }

    private static String named(String name) {
        return name.isEmpty() ? "(not named)" : name;
    }
}
