package dev.postern.db.account;

import static dev.postern.db.jooq.Tables.ORGANISATION;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.WatchRules;
import java.util.Map;
import java.util.UUID;

/// What an organisation has chosen for itself.
public final class OrganisationStore {

    private final TenantSession session;

    public OrganisationStore(TenantSession session) {
        this.session = session;
    }

    public ReportRules reportRules() {
        return session.sql().select(ORGANISATION.ONLY_AUTHENTIC, ORGANISATION.RETENTION_DAYS).from(ORGANISATION)
                .fetchSingle(row -> new ReportRules(row.value1(), row.value2()));
    }

    public void setReportRules(ReportRules rules) {
        session.sql().update(ORGANISATION).set(ORGANISATION.ONLY_AUTHENTIC, rules.onlyAuthentic())
                .set(ORGANISATION.RETENTION_DAYS, rules.retentionDays()).execute();
    }

    public WatchRules watchRules() {
        return session.sql().select(ORGANISATION.WATCH_DAYS, ORGANISATION.WATCH_ORGANIZATIONS,
                ORGANISATION.WATCH_SESSIONS).from(ORGANISATION)
                .fetchSingle(row -> new WatchRules(row.value1(), row.value2(), row.value3()));
    }

    public void setWatchRules(WatchRules rules) {
        session.sql().update(ORGANISATION).set(ORGANISATION.WATCH_DAYS, rules.days())
                .set(ORGANISATION.WATCH_ORGANIZATIONS, rules.organizations())
                .set(ORGANISATION.WATCH_SESSIONS, rules.sessions()).execute();
    }

    /// How many days each organisation keeps its reports.
    public static Map<UUID, Integer> retention(Database database) {
        return database.as(SystemRole.RETENTION, sql -> sql.select(ORGANISATION.TENANT_ID, ORGANISATION.RETENTION_DAYS)
                .from(ORGANISATION).fetchMap(ORGANISATION.TENANT_ID, ORGANISATION.RETENTION_DAYS));
    }
}
