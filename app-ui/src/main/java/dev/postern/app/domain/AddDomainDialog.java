package dev.postern.app.domain;

import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.RouteParameters;
import dev.postern.setup.MailDomain;

/// Asks for a domain and leads to its page.
public final class AddDomainDialog extends Dialog {

    private final Domains domains;
    private final Domains.Actor actor;
    private final TextField name = new TextField("Domain");

    public AddDomainDialog(Domains domains, Domains.Actor actor) {
        this.domains = domains;
        this.actor = actor;
        setHeaderTitle("Add a domain");
        name.setPlaceholder("example.com");
        name.setHelperText("What stands after the @ of your mail addresses. Nothing changes until you publish records.");
        name.setWidthFull();
        name.setAutofocus(true);
        name.addValueChangeListener(_ -> name.setInvalid(false));
        setWidth("min(30rem, 92vw)");
        add(name);
        var add = new Button("Add domain", _ -> add());
        add.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        add.addClickShortcut(Key.ENTER).listenOn(this);
        getFooter().add(new Button("Cancel", _ -> close()), add);
    }

    private void add() {
        switch (domains.add(actor, name.getValue())) {
            case Addition.Added(var domain) -> show(domain);
            case Addition.Known(var domain) -> show(domain);
            case Addition.Refused(var reason) -> {
                name.setErrorMessage(reason);
                name.setInvalid(true);
                name.focus();
            }
        }
    }

    private void show(MailDomain domain) {
        close();
        UI.getCurrent().navigate(DomainView.class, new RouteParameters("domain", domain.name().ascii()));
    }
}
