package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.checkbox.CheckboxGroup;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.radiobutton.RadioGroupVariant;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import dev.postern.app.plan.PlanWish;
import dev.postern.app.plan.Plans;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import java.util.List;
import java.util.function.Supplier;

/// Asks what a change is about, and begins its plan. Nothing is published by that.
final class ChangeDialog extends Dialog {

    private final Plans plans;
    private final Domains.Actor actor;
    private final MailDomain domain;
    private final Runnable reload;
    private final Supplier<PlanWish> wish;
    private final Span refusal = new Span();

    private ChangeDialog(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload, String title, String text,
                         Supplier<PlanWish> wish, Component... fields) {
        this.plans = plans;
        this.actor = actor;
        this.domain = domain;
        this.reload = reload;
        this.wish = wish;
        setHeaderTitle(title);
        setWidth("min(34rem, 94vw)");
        setDraggable(false);
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");
        var form = new Div(new Paragraph(text));
        form.add(fields);
        form.add(refusal);
        form.addClassNames("stack", "change-form");
        add(form);
        var start = new Button("Make the plan", _ -> start());
        start.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        getFooter().add(new Button("Cancel", _ -> close()), start);
    }

    private void start() {
        switch (plans.start(actor, domain.id(), wish.get())) {
            case Plans.Start.Started _ -> {
                close();
                reload.run();
            }
            case Plans.Start.Refused(var reason, var _) -> refusal.setText(reason);
        }
    }

    static ChangeDialog addMx(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload) {
        var host = new TextField("New mail server");
        host.setPlaceholder("mx2." + domain.name().ascii());
        host.setHelperText("Its name, as the MX record will have it. Leave the record out of DNS for now.");
        host.setWidthFull();
        host.setAutofocus(true);
        return new ChangeDialog(plans, actor, domain, reload, "Add an MX", "Postern looks at the server before mail depends on "
                + "it, and says when its record may go into the DNS of " + domain.name().unicode() + ".",
                () -> new PlanWish.AddMx(host.getValue()), host);
    }

    static ChangeDialog replace(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload) {
        var arriving = new TextArea("New mail servers");
        arriving.setPlaceholder("mx1.provider.example\nmx2.provider.example");
        arriving.setHelperText("One a line, as the new provider names them.");
        arriving.setWidthFull();
        var leaving = new CheckboxGroup<String>("Mail servers that go");
        List<String> mx = plans.mx(actor.tenant(), domain);
        leaving.setItems(mx);
        leaving.select(mx);
        var shorten = new Checkbox("Shorten max_age to a day first, so that a mistake lasts no longer");
        return new ChangeDialog(plans, actor, domain, reload, "Replace the mail provider", "The new servers come first and the "
                + "old ones go last, so that every sender finds one it may use.", () -> new PlanWish.ReplaceProvider(
                List.of(arriving.getValue()), List.copyOf(leaving.getValue()), shorten.getValue()), arriving, leaving, shorten);
    }

    static ChangeDialog renew(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload) {
        var mx = new Select<String>();
        mx.setLabel("Mail server");
        List<String> hosts = plans.mx(actor.tenant(), domain);
        mx.setItems(hosts);
        hosts.stream().findFirst().ifPresent(mx::setValue);
        mx.setWidthFull();
        var authority = new TextField("New authority (optional)");
        authority.setPlaceholder("letsencrypt.org");
        authority.setHelperText("Only when it changes: the name that CAA records have for it.");
        authority.setWidthFull();
        return new ChangeDialog(plans, actor, domain, reload, "Renew a certificate or change the authority", "Postern says by "
                + "when it has to be there, and looks at every address of the server. With DANE, the TLSA records come first.",
                () -> new PlanWish.RenewCertificate(mx.getValue(), authority.getValue()), mx, authority);
    }

    static ChangeDialog move(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload) {
        var to = new RadioButtonGroup<PolicyHosting>("Who is to serve the policy");
        to.setItems(domain.hosting() == PolicyHosting.POSTERN ? List.of(PolicyHosting.CUSTOMER)
                : List.of(PolicyHosting.POSTERN, PolicyHosting.CUSTOMER));
        to.setItemLabelGenerator(each -> each == PolicyHosting.POSTERN ? "Postern" : "A web server of yours");
        to.addThemeVariants(RadioGroupVariant.LUMO_VERTICAL);
        var target = new TextField("Host name of that web server");
        target.setPlaceholder("www." + domain.name().ascii());
        target.setHelperText("Where mta-sts." + domain.name().ascii() + " is to lead to.");
        target.setWidthFull();
        to.addValueChangeListener(event -> target.setVisible(event.getValue() == PolicyHosting.CUSTOMER));
        to.setValue(domain.hosting() == PolicyHosting.POSTERN ? PolicyHosting.CUSTOMER : PolicyHosting.POSTERN);
        target.setVisible(to.getValue() == PolicyHosting.CUSTOMER);
        return new ChangeDialog(plans, actor, domain, reload, "Move the policy host", "The same policy has to be served at the new "
                + "place before DNS leads there, and at the old one until nobody has the old record in a cache.",
                () -> new PlanWish.MovePolicyHost(to.getValue(), target.getValue()), to, target);
    }

    static ChangeDialog retire(Plans plans, Domains.Actor actor, MailDomain domain, Runnable reload) {
        return new ChangeDialog(plans, actor, domain, reload, "Retire MTA-STS", "Senders are told first that " + domain.name()
                .unicode() + " has no policy any more. Record and host go when no sender holds an older one (RFC 8461 §8.3). "
                + "Nothing is published until you press the button of the first step.", PlanWish.Retire::new);
    }
}
