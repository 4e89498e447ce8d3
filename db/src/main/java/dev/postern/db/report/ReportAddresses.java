package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.tenancy.Credential;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Record;
import org.jooq.impl.DSL;

/// Whose reports are: the first thing that recording has to know.
public final class ReportAddresses {

    /// The domain or MX host that a report address belongs to.
    ///
    /// @param domain     its name in A-labels
    /// @param mxHost     whether it is an MX host
    /// @param observedMx the domain's MX hosts as last seen: a `tlsa` policy may bear an MX host's name
    public record Owner(UUID tenant, UUID domainId, String domain, boolean mxHost, List<String> observedMx) {
    }

    private static final String MX_HOST = "MX_HOST";

    private final Database database;

    public ReportAddresses(Database database) {
        this.database = database;
    }

    /// The owners of report addresses by token; without those that belong to nobody any more.
    public Map<String, Owner> owners(Collection<String> reportTokens) {
        return database.presenting(new Credential.ReportTokens(reportTokens), sql -> sql
                .select(DOMAIN.REPORT_TOKEN, DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.KIND,
                        DOMAIN.OBSERVED_MX)
                .from(DOMAIN).where(DOMAIN.REPORT_TOKEN.eq(DSL.any(reportTokens.toArray(String[]::new))))
                .fetchMap(DOMAIN.REPORT_TOKEN, ReportAddresses::owner));
    }

    /// The domains of one organisation that names in reports may mean: those of that name, and those with such an MX. Also
    /// its MX hosts of that name that are proven.
    public List<Owner> named(UUID tenant, Collection<String> names) {
        String[] wanted = names.toArray(String[]::new);
        return database.inTenant(tenant, (TenantSession session) -> session.sql()
                .select(DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.KIND, DOMAIN.OBSERVED_MX)
                .from(DOMAIN).where(DOMAIN.NAME.eq(DSL.any(wanted))
                        .or(DSL.condition("{0} && {1}::text[]", DOMAIN.OBSERVED_MX, DSL.val(wanted))))
                .and(DOMAIN.KIND.ne(MX_HOST).or(DOMAIN.VERIFIED_AT.isNotNull()))
                .orderBy(DOMAIN.NAME, DOMAIN.KIND).fetch(ReportAddresses::owner));
    }

    /// The MX hosts of one organisation that are proven, by name. Reports about others stay where they are seen.
    public Map<String, Owner> mxHosts(UUID tenant) {
        return database.inTenant(tenant, (TenantSession session) -> session.sql()
                .select(DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.KIND, DOMAIN.OBSERVED_MX)
                .from(DOMAIN).where(DOMAIN.KIND.eq(MX_HOST)).and(DOMAIN.VERIFIED_AT.isNotNull())
                .fetchMap(DOMAIN.NAME, ReportAddresses::owner));
    }

    private static Owner owner(Record row) {
        return new Owner(row.get(DOMAIN.TENANT_ID), row.get(DOMAIN.DOMAIN_ID), row.get(DOMAIN.NAME),
                row.get(DOMAIN.KIND).equals(MX_HOST), List.of(row.get(DOMAIN.OBSERVED_MX)));
    }
}
