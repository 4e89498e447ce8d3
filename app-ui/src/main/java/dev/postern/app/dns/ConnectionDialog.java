package dev.postern.app.dns;

import com.vaadin.flow.component.AbstractField;
import com.vaadin.flow.component.Focusable;
import com.vaadin.flow.component.HasValidation;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.Autocomplete;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextField;
import dev.postern.app.domain.Domains;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.DnsConnection.Kind;
import dev.postern.dnsrecord.TsigAlgorithm;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Asks for a connection, tests it on demand, and keeps it.
final class ConnectionDialog extends Dialog {

    private static final int DNS_PORT = 53;

    private final DnsConnections connections;
    private final Domains.Actor actor;
    private final Runnable saved;

    private final Select<Kind> kind = new Select<>();
    private final Paragraph help = new Paragraph();
    private final TextField name = new TextField("Name");
    private final TextField zone = new TextField("Zone");
    private final TextField host = new TextField("Primary server");
    private final IntegerField port = new IntegerField("Port");
    private final TextField key = new TextField();
    private final Select<TsigAlgorithm> algorithm = new Select<>();
    private final PasswordField secret = new PasswordField();
    private final Div server = new Div(host, port);
    private final Div credentials = new Div(key, algorithm);
    private final TestResult result = new TestResult();
    private final Button test = new Button("Test", VaadinIcon.PLUG.create(), _ -> test());
    private final Button save = new Button("Save", _ -> save());
    private final Map<String, AbstractField<?, ?>> fields = new LinkedHashMap<>();

    /// @param saved runs once it is kept
    ConnectionDialog(DnsConnections connections, Domains.Actor actor, Runnable saved) {
        this.connections = connections;
        this.actor = actor;
        this.saved = saved;
        setHeaderTitle("Connect a DNS zone");
        setWidth("min(40rem, 94vw)");
        setCloseOnOutsideClick(false);
        kind.setLabel("Where the zone is kept");
        kind.setItems(Kind.values());
        kind.setItemLabelGenerator(Kind::title);
        kind.setWidthFull();
        kind.addValueChangeListener(change -> choose(change.getValue()));
        help.addClassName("mailbox-help");
        name.setHelperText("What you call it, like Our name servers.");
        name.setMaxLength(DnsConnection.MAX_NAME);
        zone.setPlaceholder("example.com");
        zone.setHelperText("The zone in which the domain's records are, as the provider calls it.");
        host.setPlaceholder("ns1.example.com");
        port.setValue(DNS_PORT);
        algorithm.setLabel("Algorithm");
        algorithm.setItems(TsigAlgorithm.values());
        algorithm.setItemLabelGenerator(TsigAlgorithm::wire);
        algorithm.setValue(TsigAlgorithm.HMAC_SHA256);
        key.setAutocomplete(Autocomplete.OFF);
        // Browsers fill in the password of this site otherwise.
        secret.setAutocomplete(Autocomplete.NEW_PASSWORD);
        secret.setHelperText("Kept encrypted and never shown again.");
        secret.setMaxLength(DnsConnection.MAX_SECRET);
        server.addClassName("dns-server");
        credentials.addClassName("dns-credentials");
        fields.put("name", name);
        fields.put("zone", zone);
        fields.put("host", host);
        fields.put("port", port);
        fields.put("key", key);
        fields.put("algorithm", algorithm);
        fields.put("secret", secret);
        fields.values().forEach(field -> {
            field.getElement().getStyle().set("width", "100%");
            field.addValueChangeListener(_ -> ((HasValidation) field).setInvalid(false));
        });
        var form = new Div(kind, help, name, zone, server, credentials, secret, result);
        form.addClassNames("stack", "mailbox-form");
        add(form);
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        getFooter().add(new Button("Cancel", _ -> close()), test, save);
        kind.setValue(Kind.RFC2136);
    }

    private void choose(Kind chosen) {
        help.setText(switch (chosen) {
            case RFC2136 -> "A primary server that takes dynamic updates with TSIG over TCP, like BIND, Knot or PowerDNS. "
                    + "The key needs the right to change _mta-sts, _smtp._tls, mta-sts and _postern-challenge, no more.";
            case CLOUDFLARE -> "Make an API token with the permission Zone / DNS / Edit for this one zone: My Profile, API "
                    + "Tokens, Create Token.";
            case ROUTE53 -> "Make an IAM user for Postern whose policy allows route53:ListHostedZonesByName, and for this "
                    + "hosted zone route53:ListResourceRecordSets and route53:ChangeResourceRecordSets.";
        });
        server.setVisible(chosen == Kind.RFC2136);
        key.setVisible(chosen != Kind.CLOUDFLARE);
        key.setLabel(chosen == Kind.ROUTE53 ? "Access key ID" : "Name of the TSIG key");
        algorithm.setVisible(chosen == Kind.RFC2136);
        credentials.setVisible(chosen != Kind.CLOUDFLARE);
        credentials.setClassName("one", chosen == Kind.ROUTE53);
        secret.setLabel(switch (chosen) {
            case RFC2136 -> "Secret of the key (base64)";
            case CLOUDFLARE -> "API token";
            case ROUTE53 -> "Secret access key";
        });
        fields.values().forEach(field -> ((HasValidation) field).setInvalid(false));
        result.setVisible(false);
    }

    private DnsConnection.Entry entered() {
        return new DnsConnection.Entry(kind.getValue(), name.getValue(), zone.getValue(), host.getValue(),
                port.isEmpty() ? 0 : port.getValue(), key.getValue(), algorithm.getValue().wire(), secret.getValue());
    }

    private void test() {
        DnsConnection.Entry entry = entered();
        switch (entry.parse()) {
            case Parsed.Invalid<DnsConnection>(var problems) -> mark(problems);
            case Parsed.Valid<DnsConnection>(var connection, var _) -> {
                UI ui = UI.getCurrent();
                busy(true);
                result.waiting(connection);
                Thread.ofVirtual().name("dns-test").start(() -> {
                    TestOutcome outcome = connections.test(entry);
                    if (ui.isAttached()) {
                        ui.access(() -> {
                            busy(false);
                            result.show(outcome, connection);
                        });
                    }
                });
            }
        }
    }

    private void busy(boolean busy) {
        test.setEnabled(!busy);
        save.setEnabled(!busy);
    }

    private void save() {
        switch (connections.add(actor, entered())) {
            case Parsed.Valid<UUID> _ -> {
                close();
                saved.run();
            }
            case Parsed.Invalid<UUID>(var problems) -> mark(problems);
        }
    }

    /// At the fields they are about; the others below.
    private void mark(List<Problem> problems) {
        for (Problem problem : problems) {
            if (fields.get(problem.code()) instanceof HasValidation field) {
                field.setErrorMessage(problem.message());
                field.setInvalid(true);
            } else {
                result.say("problem", problem.message());
            }
        }
        problems.stream().map(problem -> fields.get(problem.code())).filter(field -> field instanceof Focusable<?>)
                .findFirst().ifPresent(field -> ((Focusable<?>) field).focus());
    }
}
