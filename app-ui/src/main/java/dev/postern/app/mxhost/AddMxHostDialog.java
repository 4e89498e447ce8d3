package dev.postern.app.mxhost;

import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.RouteParameters;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.setup.RegisteredMxHost;

/// Asks for an MX host and leads to its page.
final class AddMxHostDialog extends Dialog {

    private final MxHosts hosts;
    private final Actor actor;
    private final TextField name = new TextField("MX host");

    AddMxHostDialog(MxHosts hosts, Actor actor) {
        this.hosts = hosts;
        this.actor = actor;
        setHeaderTitle("Add an MX host");
        name.setPlaceholder("mx1.example.com");
        name.setHelperText("A mail server of yours, as an MX record names it. You need to publish a record below its "
                + "name.");
        name.setWidthFull();
        name.setAutofocus(true);
        name.addValueChangeListener(_ -> name.setInvalid(false));
        setWidth("min(30rem, 92vw)");
        add(name);
        var add = new Button("Add MX host", _ -> add());
        add.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        add.addClickShortcut(Key.ENTER).listenOn(this);
        getFooter().add(new Button("Cancel", _ -> close()), add);
    }

    private void add() {
        switch (hosts.add(actor, name.getValue())) {
            case HostAddition.Added(var host) -> show(host);
            case HostAddition.Known(var host) -> show(host);
            case HostAddition.Refused(var reason) -> {
                name.setErrorMessage(reason);
                name.setInvalid(true);
                name.focus();
            }
        }
    }

    private void show(RegisteredMxHost host) {
        close();
        UI.getCurrent().navigate(MxHostView.class, new RouteParameters("host", host.name().ascii()));
    }
}
