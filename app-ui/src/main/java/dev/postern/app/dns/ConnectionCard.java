package dev.postern.app.dns;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Words;
import dev.postern.app.domain.DomainView;
import dev.postern.db.dns.StoredConnection;
import dev.postern.dnsrecord.DnsConnection;
import java.util.Map;
import java.util.function.Function;

/// One connection, what it is used for, and what can be done with it.
final class ConnectionCard extends Section {

    private final TestResult result = new TestResult();
    private final Button test;

    /// @param tester runs off the page's thread
    /// @param remove asks first
    ConnectionCard(StoredConnection stored, Function<StoredConnection, TestOutcome> tester, Runnable remove) {
        addClassNames("card", "dns-connection");
        DnsConnection connection = stored.connection();
        var title = new Div(new H2(connection.name()), Badge.neutral(VaadinIcon.GLOBE, connection.zone()));
        title.addClassName("title-line");
        var where = new Paragraph(where(connection) + " Added " + Words.time(stored.createdAt()) + " by "
                + stored.createdBy() + ".");
        where.addClassName("secondary");
        add(new Div(title, where), domains(stored), result);
        test = new Button("Test", VaadinIcon.PLUG.create(), _ -> test(stored, tester));
        var forget = new Button("Remove", VaadinIcon.TRASH.create(), _ -> remove.run());
        forget.addThemeVariants(ButtonVariant.LUMO_ERROR);
        var buttons = new Div(test, forget);
        buttons.addClassName("actions");
        add(buttons);
    }

    private static String where(DnsConnection connection) {
        return switch (connection) {
            case DnsConnection.Rfc2136 server -> "Dynamic updates to " + server.host() + ", port " + server.port()
                    + ", with the key " + server.keyName() + " (" + server.algorithm().wire() + ").";
            case DnsConnection.Cloudflare _ -> "Cloudflare, with an API token.";
            case DnsConnection.Route53 zone -> "Amazon Route 53, with the access key " + zone.accessKeyId() + ".";
        };
    }

    private static Div domains(StoredConnection stored) {
        var line = new Div();
        line.addClassName("dns-domains");
        if (stored.domains().isEmpty()) {
            line.add(new Span("Not used yet: choose it on a domain's Setup tab."));
            return line;
        }
        line.add(new Span("Writes the records of "));
        for (int i = 0; i < stored.domains().size(); i++) {
            String domain = stored.domains().get(i);
            line.add(new RouterLink(domain, DomainView.class, new RouteParameters(Map.of("domain", domain, "tab", "setup"))),
                    new Span(i == stored.domains().size() - 1 ? "." : ", "));
        }
        return line;
    }

    private void test(StoredConnection stored, Function<StoredConnection, TestOutcome> tester) {
        UI ui = UI.getCurrent();
        test.setEnabled(false);
        result.waiting(stored.connection());
        Thread.ofVirtual().name("dns-test").start(() -> {
            TestOutcome outcome = tester.apply(stored);
            if (ui.isAttached()) {
                ui.access(() -> {
                    test.setEnabled(true);
                    result.show(outcome, stored.connection());
                });
            }
        });
    }
}
