package dev.postern.app.account;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.CopyRow;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.dns.DnsConnectionsView;
import dev.postern.app.mailbox.MailboxesView;
import dev.postern.app.security.ApiTokens;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.ApiToken;
import dev.postern.db.account.MemberStore;
import dev.postern.db.account.Permission;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import jakarta.annotation.security.PermitAll;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// The organisation: its people and its API tokens.
@Route(value = "settings", layout = MainLayout.class)
@PageTitle("Settings · Postern")
@PermitAll
public class SettingsView extends Main {

    private final ApiTokens tokens;
    private final CurrentUser currentUser;
    private final Div list = new Div();

    public SettingsView(Database database, Domains domains, OrganisationRules rules, ApiTokens tokens,
                        CurrentUser currentUser) {
        this.tokens = tokens;
        this.currentUser = currentUser;
        UUID tenant = currentUser.get().tenant();
        addClassName("page");
        var header = new Div(new H1("Settings"));
        header.addClassName("page-header");
        var people = new Section(new H2("People of " + currentUser.get().organisation()));
        people.addClassName("card");
        database.inTenant(tenant, session -> session.members().list()).forEach(member -> people.add(person(member)));

        var create = Permitted.only(new Button("Create token", _ -> create()), currentUser.actor(),
                Permission.CHANGE_TOKENS);
        var document = new Anchor("api/v1/openapi.json", "OpenAPI document");
        document.setRouterIgnore(true);
        var api = new Section(new H2("API tokens"), new Paragraph(new Span("For scripts and other programs. A token sees "
                + "what this organisation sees, and changes what its role allows. "), document), list, new Div(create));
        api.addClassName("card");
        list.addClassName("report-list");
        add(header, people, new WatchRulesCard(domains, currentUser.actor()), new ReportRulesCard(rules, currentUser.actor()),
                mailboxes(database, tenant),
                dnsConnections(database, tenant), api);
        refresh();
    }

    private static Component mailboxes(Database database, UUID tenant) {
        long count = database.inTenant(tenant, session -> session.mailboxes().list()).size();
        var link = new RouterLink(count == 0 ? "Connect a mailbox" : Words.count(count, "mailbox", "mailboxes"),
                MailboxesView.class);
        link.addClassName("button-link");
        var card = new Section(new H2("Report mailboxes"), new Paragraph("Reports that go to a mailbox of your own are read "
                + "there, over IMAP."), new Div(link));
        card.addClassName("card");
        return card;
    }

    private static Component dnsConnections(Database database, UUID tenant) {
        long count = database.inTenant(tenant, session -> session.dnsConnections().list()).size();
        var link = new RouterLink(count == 0 ? "Connect a DNS zone" : Words.count(count, "DNS connection", "DNS connections"),
                DnsConnectionsView.class);
        link.addClassName("button-link");
        var card = new Section(new H2("DNS connections"), new Paragraph("Zones in which Postern may write your domains' "
                + "records for you."), new Div(link));
        card.addClassName("card");
        return card;
    }

    private static Component person(MemberStore.Member member) {
        var role = new Span(member.role().title());
        role.addClassName("secondary");
        var row = new Div(new Span(member.email()), role);
        row.addClassName("report-row");
        return row;
    }

    private void refresh() {
        list.removeAll();
        var all = tokens.list(currentUser.actor().tenant());
        if (all.isEmpty()) {
            var none = new Paragraph("No tokens yet.");
            none.addClassName("secondary");
            list.add(none);
        }
        all.forEach(token -> list.add(row(token)));
    }

    private Component row(ApiToken token) {
        var made = new Span(token.role().title() + " · created " + Words.time(token.createdAt()) + " by " + token.createdBy());
        made.addClassName("secondary");
        var revoke = new Button("Revoke", _ -> {
            var sure = new ConfirmDialog("Revoke " + token.name() + "?", "Programs that use it are refused at once.",
                    "Revoke", _ -> {
                tokens.revoke(currentUser.actor(), token.id());
                refresh();
            });
            sure.setCancelable(true);
            sure.open();
        });
        revoke.addThemeVariants(ButtonVariant.LUMO_ERROR, ButtonVariant.LUMO_TERTIARY);
        Permitted.only(revoke, currentUser.actor(), Permission.CHANGE_TOKENS);
        var row = new Div(new Div(new Span(token.name()), made), revoke);
        row.addClassName("report-row");
        return row;
    }

    private static String may(Role role) {
        return Arrays.stream(Permission.values()).filter(role::may).map(Permission::words)
                .reduce((one, other) -> one + ", " + other).map(all -> "May " + all + ".")
                .orElse("May see everything and change nothing.");
    }

    private void create() {
        var dialog = new Dialog();
        dialog.setHeaderTitle("Create an API token");
        dialog.setWidth("min(34rem, 92vw)");
        var name = new TextField("Name");
        name.setHelperText("What will use it, so that you know which one to revoke.");
        name.setMaxLength(100);
        name.setWidthFull();
        name.setAutofocus(true);
        var role = new Select<Role>();
        role.setLabel("Role");
        role.setItems(ApiTokens.GRANTED.stream().filter(each -> each.compareTo(currentUser.actor().role()) >= 0).toList());
        role.setItemLabelGenerator(Role::title);
        role.setValue(Role.OPERATOR);
        role.setHelperText(may(Role.OPERATOR));
        role.addValueChangeListener(change -> role.setHelperText(may(change.getValue())));
        role.setWidthFull();
        dialog.add(name, role);
        var close = new Button("Cancel", _ -> dialog.close());
        var create = new Button("Create");
        create.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        create.addClickListener(_ -> {
            switch (tokens.issue(currentUser.actor(), name.getValue(), role.getValue(), Optional.empty())) {
                case ApiTokens.Issue.Refused(var reason) -> {
                    name.setErrorMessage(reason);
                    name.setInvalid(true);
                }
                case ApiTokens.Issue.Issued(var _, var secret) -> {
                    dialog.removeAll();
                    dialog.add(new Paragraph("Copy it now. It is shown this once and kept only as a hash."),
                            CopyRow.line("Token", secret));
                    create.setVisible(false);
                    close.setText("Done");
                    refresh();
                }
            }
        });
        dialog.getFooter().add(close, create);
        dialog.open();
    }
}
