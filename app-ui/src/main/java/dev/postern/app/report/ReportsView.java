package dev.postern.app.report;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.LiveRefresh;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Texts;
import dev.postern.app.bounce.BounceView;
import dev.postern.app.imports.ImportsView;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.rejected.RejectedView;
import dev.postern.app.security.CurrentUser;
import dev.postern.db.tenancy.Database;
import jakarta.annotation.security.PermitAll;
import java.util.Optional;
import java.util.UUID;

/// The reports of all domains.
@Route(value = "reports", layout = MainLayout.class)
@PageTitle("Reports · Postern")
@PermitAll
public class ReportsView extends Main {

    public ReportsView(Database database, CurrentUser currentUser, LiveEvents events) {
        UUID tenant = currentUser.get().tenant();
        addClassName("page");
        var bring = new RouterLink("Import reports", ImportsView.class);
        bring.addClassName("button-link");
        var rejected = new RouterLink("Rejected reports", RejectedView.class);
        rejected.addClassName("button-link");
        var bounce = new RouterLink(Texts.of("reports.explain-bounce"), BounceView.class);
        bounce.addClassName("button-link");
        var actions = new Div(bounce, rejected, bring);
        actions.addClassName("actions");
        var header = new Div(new H1("Reports"), actions);
        header.addClassName("page-header");
        var list = new ReportList(database, tenant);
        list.show(Optional.empty());
        add(header, list);
        LiveRefresh.whileAttached(this, events, tenant, LiveEvent.TimelineNews.class::isInstance,
                () -> list.show(Optional.empty()));
    }
}
