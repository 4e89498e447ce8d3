package dev.postern.app.account;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.textfield.IntegerField;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.account.ReportRules;

/// Which reports count, and how long they are kept.
final class ReportRulesCard extends Section {

    private final OrganisationRules organisation;
    private final Domains.Actor actor;
    private final Checkbox onlyAuthentic = new Checkbox("Count only reports that no stranger can have made up");
    private final IntegerField retention = new IntegerField("Keep reports for");

    ReportRulesCard(OrganisationRules organisation, Domains.Actor actor) {
        this.organisation = organisation;
        this.actor = actor;
        addClassName("card");
        onlyAuthentic.setHelperText("Signed by their sender with DKIM, as RFC 8460 asks of mail, or uploaded by one of you. "
                + "Others are kept and shown, but stay out of figures and clocks. Reports by HTTPS bear no signature.");
        retention.setSuffixComponent(new Div("days"));
        retention.setMin(ReportRules.LEAST_DAYS);
        retention.setMax(ReportRules.MOST_DAYS);
        retention.setStepButtonsVisible(true);
        retention.setWidth("14rem");
        retention.setHelperText("From " + ReportRules.LEAST_DAYS + " to " + ReportRules.MOST_DAYS + ". After that a "
                + "report's text and failures go; daily totals stay.");
        retention.setI18n(new IntegerField.IntegerFieldI18n().setRequiredErrorMessage("Say for how many days.")
                .setBadInputErrorMessage("A number of days, please.")
                .setMinErrorMessage("At least " + ReportRules.LEAST_DAYS + " days.")
                .setMaxErrorMessage("At most " + ReportRules.MOST_DAYS + " days."));
        retention.setRequiredIndicatorVisible(true);
        var save = new Button("Save", _ -> save());
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        Permitted.only(save, actor, Permission.CHANGE_RULES);
        ReportRules rules = organisation.reports(actor.tenant());
        onlyAuthentic.setValue(rules.onlyAuthentic());
        retention.setValue(rules.retentionDays());
        var fields = new Div(onlyAuthentic, retention, new Div(save));
        fields.addClassName("stack");
        add(new H2("Reports"), new Paragraph("What all figures of this organisation rest on. A change shows at once, for "
                + "the past too."), fields);
    }

    private void save() {
        if (retention.isInvalid() || retention.isEmpty()) {
            retention.focus();
            return;
        }
        var rules = new ReportRules(onlyAuthentic.getValue(), retention.getValue());
        organisation.setReports(actor, rules);
        Notification.show("Saved. " + (rules.onlyAuthentic() ? "Only authentic reports count." : "All reports count."));
    }
}
