package dev.postern.app.account;

import dev.postern.app.domain.Domains.Actor;
import dev.postern.db.account.Permission;
import dev.postern.db.account.ReportRules;
import dev.postern.db.tenancy.Database;
import java.util.UUID;

/// How an organisation treats its reports, and who may change that.
public final class OrganisationRules {

    private final Database database;

    public OrganisationRules(Database database) {
        this.database = database;
    }

    public ReportRules reports(UUID tenant) {
        return database.inTenant(tenant, session -> session.organisation().reportRules());
    }

    /// A change shows at once, for the past too.
    public void setReports(Actor actor, ReportRules rules) {
        actor.need(Permission.CHANGE_RULES);
        database.useTenant(actor.tenant(), session -> session.organisation().setReportRules(rules));
    }
}
