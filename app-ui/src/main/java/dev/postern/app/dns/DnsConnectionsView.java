package dev.postern.app.dns;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.account.SettingsView;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.MainLayout;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.CurrentUser;
import dev.postern.db.dns.StoredConnection;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.function.Function;

/// The DNS zones that Postern may write to.
@Route(value = "settings/dns", layout = MainLayout.class)
@PageTitle("DNS connections · Postern")
@PermitAll
public class DnsConnectionsView extends Main {

    private final DnsConnections connections;
    private final CurrentUser currentUser;
    private final Div list = new Div();
    private final Button connect = new Button("Connect a DNS zone", VaadinIcon.PLUS.create(), _ -> dialog());

    public DnsConnectionsView(DnsConnections connections, CurrentUser currentUser) {
        this.connections = connections;
        this.currentUser = currentUser;
        addClassName("page");
        list.addClassName("stack");
        var crumb = new RouterLink("Settings", SettingsView.class);
        crumb.addClassName("crumb");
        connect.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        var header = new Div(new Div(crumb, new H1("DNS connections")), connect);
        header.addClassName("page-header");
        var purpose = new Paragraph("Let Postern write the few records that a domain needs, in the safe order and each time "
                + "its policy changes. It never touches other names, and asks before it replaces what you wrote.");
        purpose.addClassName("secondary");
        add(header, purpose, list);
        show();
    }

    private void show() {
        List<StoredConnection> all = connections.list(currentUser.actor().tenant());
        list.removeAll();
        connect.setVisible(!all.isEmpty());
        if (all.isEmpty()) {
            var first = new Button("Connect a DNS zone", VaadinIcon.PLUS.create(), _ -> dialog());
            first.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            list.add(new EmptyState(VaadinIcon.GLOBE, "No DNS zone yet", "Your own name server, Cloudflare or Amazon Route 53. "
                    + "Without one you publish the records yourself" + connections.ownZone().map(_ -> ", or delegate them to "
                    + "Postern once on a domain's Setup tab").orElse("") + ".", first));
        }
        all.forEach(stored -> list.add(new ConnectionCard(stored,
                tester(), () -> remove(stored))));
    }

    /// The actor is read here: another thread has no session.
    private Function<StoredConnection, TestOutcome> tester() {
        Domains.Actor actor = currentUser.actor();
        return stored -> connections.test(actor, stored);
    }

    private void dialog() {
        new ConnectionDialog(connections, currentUser.actor(), this::show).open();
    }

    private void remove(StoredConnection stored) {
        String used = stored.domains().isEmpty() ? "" : " The records of " + String.join(", ", stored.domains())
                + " stay as they are; from then on you change them yourself.";
        var sure = new ConfirmDialog("Remove " + stored.connection().name() + "?", "Postern forgets the key and writes no longer "
                + "to " + stored.connection().zone() + "." + used, "Remove", _ -> {
            connections.remove(currentUser.actor(), stored.id());
            show();
        });
        sure.setConfirmButtonTheme("error primary");
        sure.setCancelable(true);
        sure.open();
    }
}
