package dev.postern.db.tenancy;

import static org.jooq.impl.DSL.sql;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/// The way to PostgreSQL: every call is one transaction with exactly one view of the rows.
public final class Database {

    private final DSLContext context;

    /// @param dataSource signs in as [dev.postern.db.schema.Schema#APPLICATION_ROLE]
    public Database(DataSource dataSource) {
        context = DSL.using(dataSource, SQLDialect.POSTGRES,
                new Settings().withExecuteLogging(false).withRenderSchema(true));
    }

    /// Runs work that sees one tenant's rows.
    public <T> T inTenant(UUID tenant, Function<TenantSession, T> work) {
        return context.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            set(transaction, "postern.tenant", tenant.toString());
            return work.apply(new TenantSession(tenant, transaction));
        });
    }

    /// The same for work without a result.
    public void useTenant(UUID tenant, Consumer<TenantSession> work) {
        inTenant(tenant, session -> {
            work.accept(session);
            return null;
        });
    }

    /// Runs work that sees only what the credential names.
    public <T> T presenting(Credential credential, Function<DSLContext, T> work) {
        return context.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            set(transaction, credential.setting(), credential.value());
            return work.apply(transaction);
        });
    }

    /// Runs work on what belongs to no organisation. It sees no tenant's rows.
    public <T> T shared(Function<DSLContext, T> work) {
        return context.transactionResult(configuration -> work.apply(configuration.dsl()));
    }

    /// Runs work that spans tenants, under a role that sees only what it needs.
    public <T> T as(SystemRole role, Function<DSLContext, T> work) {
        return context.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute(sql("set local role " + role.role()));
            return work.apply(transaction);
        });
    }

    /// Adds to what a transaction that has begun may see, as signing up needs: first an e-mail address, then a tenant.
    public static void set(DSLContext transaction, String setting, String value) {
        transaction.fetch("select set_config({0}, {1}, true)", DSL.val(setting), DSL.val(value));
    }
}
