package dev.postern.app.account;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.textfield.IntegerField;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.rollout.WatchRules;
import java.util.stream.Stream;

/// What a watch needs before enforce is offered.
final class WatchRulesCard extends Section {

    private final Domains domains;
    private final Domains.Actor actor;
    private final IntegerField days = field("Clean days", WatchRules.LEAST_DAYS, WatchRules.MOST_DAYS,
            "From two to four weeks.");
    private final IntegerField organizations = field("Reporting organizations", 1, WatchRules.MOST_ORGANIZATIONS,
            "At least so many must have reported on those days.");
    private final IntegerField sessions = field("Sessions", 1, (int) WatchRules.MOST_SESSIONS,
            "Counted on those days, in verified reports.");

    WatchRulesCard(Domains domains, Domains.Actor actor) {
        this.domains = domains;
        this.actor = actor;
        addClassName("card");
        WatchRules rules = domains.watchRules(actor.tenant());
        days.setValue(rules.days());
        organizations.setValue(rules.organizations());
        sessions.setValue((int) rules.sessions());
        var save = new Button("Save", _ -> save());
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        Permitted.only(save, actor, Permission.CHANGE_RULES);
        var fields = new Div(days, organizations, sessions);
        fields.addClassName("field-row");
        add(new H2("Watch"), new Paragraph("What a domain needs in testing before Postern offers enforce. Days count when "
                + "a verified report covers them and none tells of a failure that enforce would have refused."), fields,
                new Div(save));
    }

    private static IntegerField field(String label, int least, int most, String help) {
        var field = new IntegerField(label);
        field.setMin(least);
        field.setMax(most);
        field.setStepButtonsVisible(true);
        field.setHelperText(help);
        field.setWidth("14rem");
        field.setRequiredIndicatorVisible(true);
        field.setI18n(new IntegerField.IntegerFieldI18n().setRequiredErrorMessage("A number, please.")
                .setBadInputErrorMessage("A number, please.").setMinErrorMessage("At least " + least + ".")
                .setMaxErrorMessage("At most " + most + "."));
        return field;
    }

    private void save() {
        var wrong = Stream.of(days, organizations, sessions).filter(field -> field.isInvalid() || field.isEmpty())
                .findFirst();
        if (wrong.isPresent()) {
            wrong.get().focus();
            return;
        }
        domains.setWatchRules(actor, new WatchRules(days.getValue(), organizations.getValue(), sessions.getValue()));
        Notification.show("Saved. It holds for all domains from now on.");
    }
}
