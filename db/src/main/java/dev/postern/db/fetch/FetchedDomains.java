package dev.postern.db.fetch;

import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.SystemRole;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/// Whose policies were fetched.
public final class FetchedDomains {

    /// A domain and the organisation that has proven it.
    public record Owned(UUID tenant, UUID domain) {
    }

    private FetchedDomains() {
    }

    /// Those of these names that are proven, by name: a policy is served for no others.
    ///
    /// @param names in A-labels
    public static Map<String, Owned> byName(Database database, Collection<String> names) {
        return database.as(SystemRole.FETCHES, sql -> sql.select(DOMAIN.NAME, DOMAIN.TENANT_ID, DOMAIN.DOMAIN_ID)
                .from(DOMAIN).where(DOMAIN.NAME.in(names), DOMAIN.KIND.eq("MAIL_DOMAIN"),
                        DOMAIN.VERIFIED_AT.isNotNull())
                .fetchMap(row -> row.value1(), row -> new Owned(row.value2(), row.value3())));
    }
}
