package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.CopyRow;
import dev.postern.app.dns.DnsConnections;
import dev.postern.app.dns.WriterCard;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.mtasts.MxPattern;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyFile;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.RecordToPublish;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The records and the policy to publish, each with its live state.
final class SetupTab extends Div implements DomainView.Part {

    private final Domains domains;
    private final Domains.Actor actor;
    private final WriterCard writer;
    private final Paragraph intent = new Paragraph();
    private final Div records = new Div();
    private final Div file = new Div();
    private final Paragraph checks = new Paragraph();
    private final TextArea mx = new TextArea("Mail servers (MX)");
    private final RadioButtonGroup<PolicyHosting> hosting = new RadioButtonGroup<>("Who serves the policy?");
    private final TextField rua = new TextField("Your own report address (optional)");
    private final Button publish = new Button("Publish policy");
    private final Span refusal = new Span();
    private Optional<DomainStatus> status = Optional.empty();

    SetupTab(Domains domains, DnsConnections connections, Domains.Actor actor) {
        this.domains = domains;
        this.actor = actor;
        this.writer = new WriterCard(connections, actor, this::reload);
        addClassName("stack");
        records.addClassName("records");
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");

        hosting.setItems(PolicyHosting.values());
        hosting.setItemLabelGenerator(choice -> switch (choice) {
            case POSTERN -> "Postern, by a CNAME";
            case CUSTOMER -> "Our own web server";
        });
        hosting.addValueChangeListener(change -> {
            if (change.isFromClient()) {
                status.ifPresent(shown -> say(domains.setHosting(actor, shown.domain().id(), change.getValue())));
            }
        });
        mx.setHelperText("One host a line, as in the MX records. A wildcard stands for one label: *.example.com.");
        mx.setWidthFull();
        mx.addValueChangeListener(_ -> mx.setInvalid(false));
        publish.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        publish.addClickListener(_ -> publish());
        rua.setPlaceholder("mailto:tls-reports@example.com");
        rua.setHelperText("A mailto: or https: address that gets the same reports beside Postern.");
        rua.setWidthFull();
        var saveRua = new Button("Save address", _ -> saveRua());

        var policy = card("Policy", new Paragraph("What senders fetch. Every change gets a new id; publish the id only "
                + "after the policy is seen served."), hosting, mx, new Div(publish), refusal, file);
        var address = card("Report address", rua, new Div(saveRua));
        var dns = card("DNS records", writer, intent, records, checks);
        add(dns, policy, address);
    }

    private static Section card(String title, Component... content) {
        var card = new Section(new H2(title));
        card.addClassName("card");
        card.add(content);
        return card;
    }

    @Override
    public void show(DomainStatus shown) {
        boolean first = status.isEmpty();
        status = Optional.of(shown);
        MailDomain domain = shown.domain();
        hosting.setValue(domain.hosting());
        if (first || mx.isEmpty()) {
            mx.setValue(suggestion(shown));
        }
        if (first) {
            rua.setValue(domain.additionalRua().orElse(""));
        }
        boolean may = domain.verified() && domain.phase() != Phase.RETIRING && domain.phase() != Phase.NONE;
        publish.setEnabled(may);
        publish.setText(shown.policy().isEmpty() ? "Publish policy in testing" : "Publish as a new version");
        publish.setTooltipText(may ? null : "Prove ownership first.");
        writer.show(domain);
        intent.setText(shown.plan().records().isEmpty() ? "Postern writes these, in this order."
                : "Publish these at your DNS provider, in this order. Postern looks again every few minutes.");
        records.removeAll();
        int number = 1;
        for (RecordToPublish record : shown.plan().records()) {
            records.add(record(number++, record, shown));
        }
        if (!shown.plan().records().isEmpty() && !shown.plan().written().isEmpty()) {
            var behind = new Paragraph("Behind these, Postern writes into its own zone:");
            behind.addClassName("behind");
            records.add(behind);
        }
        for (RecordToPublish record : shown.plan().written()) {
            records.add(record(number++, record, shown));
        }
        checks.removeAll();
        checks.add(new RouterLink("All checks with their evidence", DomainView.class, new RouteParameters(Map.of(
                "domain", domain.name().ascii(), "tab", "checks"))));
        file.removeAll();
        shown.plan().file().ifPresent(served -> file.add(policyFile(served, shown)));
    }

    /// The MXs of the newest policy, else those that a probe saw.
    private static String suggestion(DomainStatus shown) {
        List<String> hosts = shown.policy()
                .map(policy -> policy.policy().mx().stream().map(MxPattern::pattern).toList())
                .filter(patterns -> !patterns.isEmpty()).orElse(shown.domain().observedMx());
        return hosts.stream().filter(host -> !host.equals(".")).collect(Collectors.joining("\n"));
    }

    private void publish() {
        status.ifPresent(shown -> {
            Outcome outcome = domains.publishPolicy(actor, shown.domain().id(),
                    Arrays.asList(mx.getValue().split("\\R")));
            if (outcome instanceof Outcome.Refused(var reason)) {
                mx.setErrorMessage(reason);
                mx.setInvalid(true);
            }
            reload();
        });
    }

    private void saveRua() {
        status.ifPresent(shown -> {
            Outcome outcome = domains.setAdditionalRua(actor, shown.domain().id(), rua.getValue());
            rua.setInvalid(outcome instanceof Outcome.Refused);
            if (outcome instanceof Outcome.Refused(var reason)) {
                rua.setErrorMessage(reason);
            }
            reload();
        });
    }

    private void say(Outcome outcome) {
        refusal.setText(outcome instanceof Outcome.Refused(var reason) ? reason : "");
        reload();
    }

    private void reload() {
        status.flatMap(shown -> domains.status(actor.tenant(), shown.domain().name())).ifPresent(this::show);
    }

    private static Component record(int number, RecordToPublish record, DomainStatus shown) {
        var title = new Div(new Span(Integer.toString(number)), new H3(record.check().title()),
                badge(record, shown));
        title.addClassName("record-title");
        var why = new Paragraph(record.why());
        var card = new Div(title, why, CopyRow.line("Name", record.name()), CopyRow.line("Type", record.type()),
                CopyRow.line("Value", record.value()));
        card.addClassName("record");
        card.setClassName("waiting", !record.ready());
        shown.finding(record.check()).ifPresent(stored -> card.add(message(stored)));
        return card;
    }

    private static Badge badge(RecordToPublish record, DomainStatus shown) {
        boolean byPostern = shown.plan().written().contains(record);
        if (!record.ready()) {
            return byPostern ? Badge.neutral(VaadinIcon.HOURGLASS, "Waits for the policy") : Badge.warning("Wait with this one");
        }
        boolean alias = record.type().equals("CNAME") && record.check() != Check.POLICY_HOST_ADDRESS;
        // A probe sees what senders see, and that may come from a record that the alias has yet to take the place of.
        return alias && shown.verdict(record.check()) == Verdict.PASS ? Badge.good("Right answer seen")
                : Badge.of(shown.verdict(record.check()));
    }

    private static Component policyFile(PolicyFile served, DomainStatus shown) {
        var title = new Div(new H3("Policy file"), Badge.of(shown.verdict(Check.STS_POLICY_BODY)));
        title.addClassName("record-title");
        var box = new Div(title, new Paragraph(shown.domain().hosting() == PolicyHosting.POSTERN
                ? "Postern serves this file." : "Put this file on your web server, exactly as it is, as text/plain."),
                CopyRow.line("URL", served.url()), CopyRow.block("File", served.body()));
        box.addClassName("record");
        shown.finding(Check.STS_POLICY_BODY).ifPresent(stored -> box.add(message(stored)));
        return box;
    }

    private static Component message(StoredFinding stored) {
        var line = new Paragraph(stored.finding().message());
        line.addClassName("live-state");
        return line;
    }
}
