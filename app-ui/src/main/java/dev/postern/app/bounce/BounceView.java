package dev.postern.app.bounce;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Texts;
import dev.postern.app.base.Words;
import dev.postern.app.check.PublicCheckView;
import dev.postern.app.domain.DomainView;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.CurrentUser;
import dev.postern.bounce.Bounce;
import dev.postern.bounce.Diagnosis;
import dev.postern.bounce.Fault;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.rollout.HeldPolicy;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Takes a bounce apart. Nothing of it is kept.
@Route(value = "bounce", layout = MainLayout.class)
@PermitAll
public class BounceView extends Main implements HasDynamicTitle {

    /// As a sender writes it, so in no other language.
    private static final String EXAMPLE = "550 5.4.8 MX hosts of example.com failed MTA-STS validation";

    private final Database database;
    private final Domains domains;
    private final Clock clock;
    private final UUID tenant;
    private final TextArea pasted = new TextArea(Texts.of("bounce.field"));
    private final Div result = new Div();

    public BounceView(Database database, Domains domains, CurrentUser currentUser, Clock clock) {
        this.database = database;
        this.domains = domains;
        this.clock = clock;
        this.tenant = currentUser.get().tenant();
        addClassName("page");
        pasted.setPlaceholder(EXAMPLE);
        pasted.setHelperText(Texts.of("bounce.helper"));
        pasted.setMaxLength(Bounce.MOST);
        pasted.setWidthFull();
        pasted.setMinHeight("11rem");
        pasted.setMaxHeight("22rem");
        pasted.setAutofocus(true);
        var explain = new Button(Texts.of("bounce.explain"), VaadinIcon.SEARCH.create(), _ -> explain());
        explain.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        var form = new Section(pasted, explain);
        form.addClassNames("card", "bounce-form");
        result.addClassName("stack");
        result.getElement().setAttribute("role", "status");
        var header = new Div(new H1(Texts.of("bounce.title")));
        header.addClassName("page-header");
        add(header, form, result);
    }

    @Override
    public String getPageTitle() {
        return Texts.of("bounce.title") + " · Postern";
    }

    private void explain() {
        result.removeAll();
        pasted.setInvalid(pasted.getValue().isBlank());
        pasted.setErrorMessage(Texts.of("bounce.nothing-pasted"));
        if (pasted.isInvalid()) {
            pasted.focus();
            return;
        }
        Bounce bounce = Bounce.read(pasted.getValue());
        Diagnosis diagnosis = Diagnosis.of(bounce);
        result.add(meaning(diagnosis), said(bounce));
        Optional<Fault> fault = diagnosis instanceof Diagnosis.Known known ? Optional.of(known.wording().fault())
                : Optional.empty();
        if (fault.isPresent() && !fault.get().checks().isEmpty()) {
            result.add(BounceEvidence.of(database, domains, clock, tenant, bounce)
                    .map(evidence -> known(evidence, bounce)).orElseGet(() -> unknown(bounce)));
        }
    }

    private static Component meaning(Diagnosis diagnosis) {
        return switch (diagnosis) {
            case Diagnosis.Known(var wording, var certain) -> {
                Fault fault = wording.fault();
                var fix = new Paragraph(fault.remedy());
                fix.addClassName("fix");
                var source = new Paragraph(Texts.of(certain ? "bounce.certain" : "bounce.likely", wording.sender(),
                        wording.source()));
                source.addClassNames("secondary", "bounce-source");
                yield card(Texts.of("bounce.means"), badge(fault.mechanism()), new H3(fault.title()),
                        new Paragraph(fault.meaning()), fix, source);
            }
            case Diagnosis.SomethingWithTls(var status) -> card(Texts.of("bounce.means"), new Paragraph(
                    status.map(code -> Texts.of("bounce.something-by-code", code))
                            .orElseGet(() -> Texts.of("bounce.something"))));
            case Diagnosis.NothingWithTls() -> card(Texts.of("bounce.means"), new Paragraph(Texts.of("bounce.not-tls")));
        };
    }

    private static Component badge(String mechanism) {
        return Badge.neutral(VaadinIcon.LOCK, mechanism);
    }

    private static Component said(Bounce bounce) {
        var list = new DescriptionList();
        list.addClassName("facts");
        bounce.recipient().ifPresent(address -> fact(list, "bounce.recipient", address));
        bounce.domain().ifPresent(domain -> fact(list, "bounce.domain", domain.unicode()));
        bounce.mx().ifPresent(mx -> fact(list, "bounce.mx", mx.ascii()));
        bounce.reporter().ifPresent(name -> fact(list, "bounce.reporter", name));
        if (!bounce.statuses().isEmpty()) {
            fact(list, "bounce.codes", String.join(", ", bounce.statuses()));
        }
        var text = new Pre(bounce.text());
        text.addClassName("bounce-text");
        return card(Texts.of("bounce.says"), list, text);
    }

    private static void fact(DescriptionList list, String key, String value) {
        list.add(new DescriptionList.Term(Texts.of(key)), new DescriptionList.Description(value));
    }

    private static Component known(BounceEvidence evidence, Bounce bounce) {
        DomainName name = evidence.status().domain().name();
        var domain = new RouterLink(name.unicode(), DomainView.class, new RouteParameters("domain", name.ascii()));
        var head = new Div(domain, Badge.of(evidence.status().domain().phase()));
        head.addClassName("record-title");
        var card = card(Texts.of("bounce.evidence"), head);
        card.add(new Paragraph(evidence.policy().map(policy -> policy(policy, bounce))
                .orElseGet(() -> Texts.of("bounce.no-policy"))));
        evidence.refusing().forEach(held -> card.add(refusing(held, bounce)));
        evidence.findings().forEach(finding -> card.add(finding(finding, name)));
        card.add(new H3(Texts.of("bounce.reported", BounceEvidence.DAYS)));
        card.add(evidence.reported().isEmpty() ? new Paragraph(Texts.of("bounce.none-reported"))
                : table(evidence.reported()));
        return card;
    }

    private static String policy(StsPolicy policy, Bounce bounce) {
        String mx = policy.mx().stream().map(MxPattern::toString).collect(Collectors.joining(", "));
        String said = Texts.of("bounce.policy", policy.mode().wire(), mx, policy.maxAgeSeconds());
        return bounce.mx().map(host -> said + " " + Texts.of(policy.covers(host) ? "bounce.covered" : "bounce.uncovered",
                host.ascii())).orElse(said);
    }

    private static Component refusing(HeldPolicy held, Bounce bounce) {
        var text = new Paragraph(Texts.of("bounce.refusing", bounce.mx().orElseThrow().ascii(),
                held.until().map(Words::time).orElseGet(() -> Texts.of("bounce.until-replaced"))));
        text.addClassName("problem");
        return text;
    }

    private static Component finding(StoredFinding stored, DomainName domain) {
        var check = stored.finding().check();
        var link = new Anchor("domains/" + domain.ascii() + "/checks?check=" + check.id(), check.title());
        var title = new Div(link, Badge.of(stored.finding().verdict()));
        title.addClassName("record-title");
        var when = new Span(Texts.of("bounce.checked", Words.time(stored.checkedAt())));
        when.addClassName("secondary");
        var box = new Div(title, new Paragraph(stored.finding().message()), when);
        box.addClassName("check");
        return box;
    }

    private static Component table(List<BounceEvidence.Failures> reported) {
        var body = new NativeTableBody();
        reported.forEach(each -> body.add(new NativeTableRow(new NativeTableHeaderCell(each.organization()),
                new NativeTableCell(each.type().wire()), new NativeTableCell(each.mx().isEmpty() ? "—" : each.mx()),
                new NativeTableCell(Words.count(each.sessions())))));
        var table = new NativeTable(new NativeTableHeader(new NativeTableRow(
                new NativeTableHeaderCell(Texts.of("bounce.organization")),
                new NativeTableHeaderCell(Texts.of("bounce.result-type")), new NativeTableHeaderCell(Texts.of("bounce.mx")),
                new NativeTableHeaderCell(Texts.of("bounce.sessions")))), body);
        table.addClassName("figures");
        return table;
    }

    private static Component unknown(Bounce bounce) {
        var card = card(Texts.of("bounce.evidence"), new Paragraph(bounce.domain()
                .map(domain -> Texts.of("bounce.foreign", domain.unicode()))
                .orElseGet(() -> Texts.of("bounce.no-domain"))));
        bounce.domain().ifPresent(domain -> card.add(new RouterLink(Texts.of("bounce.check-it", domain.unicode()),
                PublicCheckView.class, new RouteParameters("domain", domain.ascii()))));
        return card;
    }

    private static Section card(String title, Component... content) {
        var card = new Section(new H2(title));
        card.add(content);
        card.addClassName("card");
        return card;
    }
}
