package dev.postern.app.domain;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.icon.VaadinIcon;
import dev.postern.app.base.EmptyState;
import dev.postern.app.report.ReportList;
import dev.postern.db.tenancy.Database;
import java.util.Optional;
import java.util.UUID;

/// The reports of one domain, and what could not be counted.
final class ReportsTab extends Div implements DomainView.Part {

    private final ReportList list;
    private final Div unproven = new Div(new EmptyState(VaadinIcon.LOCK, "Reports are shown once ownership is proven",
            "What arrives until then is kept. Publish the ownership record under Set-up."));

    ReportsTab(Database database, UUID tenant) {
        list = new ReportList(database, tenant);
        add(unproven, list);
    }

    @Override
    public void show(DomainStatus status) {
        unproven.setVisible(!status.domain().verified());
        list.setVisible(status.domain().verified());
        list.show(Optional.of(status.domain().id()));
    }
}
