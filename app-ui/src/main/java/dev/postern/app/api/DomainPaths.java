package dev.postern.app.api;

import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyDomain;
import java.util.UUID;
import org.springframework.stereotype.Component;

/// The domain that a path or a parameter names, in A-labels or U-labels.
@Component
class DomainPaths {

    private final Database database;

    DomainPaths(Database database) {
        this.database = database;
    }

    DomainName name(String text) {
        return switch (DomainName.parse(text)) {
            case Parsed.Valid<DomainName>(var name, var _) -> name;
            case Parsed.Invalid<DomainName> _ -> throw ApiProblem.noSuchDomain(text);
        };
    }

    /// What a report can be about: the domain of that name, else the MX host, when it is the tenant's.
    PolicyDomain findPolicyDomain(UUID tenant, String text) {
        DomainName name = name(text);
        return database.inTenant(tenant, session -> session.domains().byName(name).map(PolicyDomain.class::cast)
                .or(() -> session.mxHosts().byName(name)))
                .orElseThrow(() -> ApiProblem.noSuchDomain(text));
    }

    /// The domain, when it is the tenant's.
    MailDomain find(UUID tenant, String text) {
        DomainName name = name(text);
        return database.inTenant(tenant, session -> session.domains().byName(name))
                .orElseThrow(() -> ApiProblem.noSuchDomain(text));
    }
}
