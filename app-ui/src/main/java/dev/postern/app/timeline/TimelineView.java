package dev.postern.app.timeline;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.checkbox.CheckboxGroup;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.security.CurrentUser;
import dev.postern.db.tenancy.Database;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.timeline.Severity;
import jakarta.annotation.security.PermitAll;
import java.util.Optional;
import java.util.UUID;

/// Everything that happened to an organisation's domains.
@Route(value = "timeline", layout = MainLayout.class)
@PageTitle("Timeline · Postern")
@PermitAll
public class TimelineView extends Main {

    private static final int PAGE = 100;

    private final Database database;
    private final UUID tenant;
    private final EventList list = new EventList(true);
    private final CheckboxGroup<Severity> severities = new CheckboxGroup<>();
    private final Button more = new Button("Show older");
    private int shown = PAGE;

    public TimelineView(Database database, CurrentUser currentUser, LiveEvents events) {
        this.database = database;
        this.tenant = currentUser.get().tenant();
        addClassName("page");
        severities.setItems(Severity.values());
        severities.setItemLabelGenerator(severity -> switch (severity) {
            case INFO -> "For information";
            case GOOD -> "Good";
            case WARNING -> "Warnings";
            case PROBLEM -> "Problems";
        });
        severities.setAriaLabel("Show only");
        severities.addValueChangeListener(_ -> refresh());
        more.addClickListener(_ -> {
            shown += PAGE;
            refresh();
        });
        var header = new Div(new H1("Timeline"), severities);
        header.addClassName("page-header");
        var card = new Section(list, more);
        card.addClassName("card");
        add(header, card);
        refresh();
        LiveRefresh.whileAttached(this, events, tenant, LiveEvent.TimelineNews.class::isInstance, this::refresh);
    }

    private void refresh() {
        var filter = new TimelineStore.Filter(Optional.empty(), severities.getValue());
        var entries = database.inTenant(tenant, session ->
                session.timeline().page(filter, Optional.empty(), shown + 1));
        more.setVisible(entries.size() > shown);
        list.show(entries.subList(0, Math.min(shown, entries.size())));
    }
}
