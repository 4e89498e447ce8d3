package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.tenancy.Credential;
import dev.postern.db.tenancy.Database;
import java.util.Optional;
import java.util.UUID;

/// Which domain a report address belongs to: the first thing that recording has to know.
public final class ReportAddresses {

    /// @param observedMx the domain's MX hosts as last seen: a `tlsa` policy may bear an MX host's name
    public record Owner(UUID tenant, UUID domainId, String domain, java.util.List<String> observedMx) {
    }

    private final Database database;

    public ReportAddresses(Database database) {
        this.database = database;
    }

    public Optional<Owner> owner(String reportToken) {
        return database.presenting(new Credential.ReportToken(reportToken), sql -> sql
                .select(DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID, DOMAIN.NAME, DOMAIN.OBSERVED_MX)
                .from(DOMAIN).where(DOMAIN.REPORT_TOKEN.eq(reportToken))
                .fetchOptional(row -> new Owner(row.value1(), row.value2(), row.value3(),
                        java.util.List.of(row.value4()))));
    }
}
