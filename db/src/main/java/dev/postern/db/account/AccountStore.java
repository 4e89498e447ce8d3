package dev.postern.db.account;

import static dev.postern.db.jooq.Tables.ACCOUNT;
import static dev.postern.db.jooq.Tables.API_TOKEN;
import static dev.postern.db.jooq.Tables.MEMBERSHIP;
import static dev.postern.db.jooq.Tables.ORGANISATION;

import dev.postern.db.tenancy.Credential;
import dev.postern.db.tenancy.Database;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Sign-up and sign-in: what happens before a tenant is known.
public final class AccountStore {

    private final Database database;

    public AccountStore(Database database) {
        this.database = database;
    }

    /// Makes an account, its organisation, and the account its owner.
    ///
    /// @param tenant the new organisation's id
    /// @return false, and nothing made, when the address has an account already
    public boolean signUp(Account account, UUID tenant, String organisation, Instant now) {
        var at = now.atOffset(ZoneOffset.UTC);
        return database.presenting(new Credential.Email(account.email()), sql -> {
            int made = sql.insertInto(ACCOUNT)
                    .set(ACCOUNT.ACCOUNT_ID, account.id())
                    .set(ACCOUNT.EMAIL, account.email())
                    .set(ACCOUNT.PASSWORD_HASH, account.passwordHash())
                    .set(ACCOUNT.CREATED_AT, at)
                    .onConflict(ACCOUNT.EMAIL).doNothing().execute();
            if (made == 0) {
                return false;
            }
            Database.set(sql, "postern.tenant", tenant.toString());
            sql.insertInto(ORGANISATION)
                    .set(ORGANISATION.TENANT_ID, tenant)
                    .set(ORGANISATION.NAME, organisation)
                    .set(ORGANISATION.CREATED_AT, at).execute();
            sql.insertInto(MEMBERSHIP)
                    .set(MEMBERSHIP.TENANT_ID, tenant)
                    .set(MEMBERSHIP.ACCOUNT_ID, account.id())
                    .set(MEMBERSHIP.ROLE, Role.OWNER.name())
                    .set(MEMBERSHIP.CREATED_AT, at).execute();
            return true;
        });
    }

    /// @param email in lower case
    public Optional<Account> byEmail(String email) {
        return database.presenting(new Credential.Email(email), sql -> sql
                .select(ACCOUNT.ACCOUNT_ID, ACCOUNT.EMAIL, ACCOUNT.PASSWORD_HASH)
                .from(ACCOUNT).where(ACCOUNT.EMAIL.eq(email))
                .fetchOptional(org.jooq.Records.mapping(Account::new)));
    }

    /// The organisations that a person belongs to, oldest membership first.
    public List<Membership> memberships(UUID account) {
        return database.presenting(new Credential.Account(account), sql -> sql
                .select(MEMBERSHIP.TENANT_ID, ORGANISATION.NAME, MEMBERSHIP.ROLE.convertFrom(Role::valueOf))
                .from(MEMBERSHIP).join(ORGANISATION).on(ORGANISATION.TENANT_ID.eq(MEMBERSHIP.TENANT_ID))
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account))
                .orderBy(MEMBERSHIP.CREATED_AT, MEMBERSHIP.TENANT_ID)
                .fetch(org.jooq.Records.mapping(Membership::new)));
    }

    /// Whose an API token is.
    ///
    /// @param sha256 of the token as presented
    /// @param now    a token that expired before is nobody's
    public Optional<TokenHolder> byApiToken(byte[] sha256, Instant now) {
        return database.presenting(new Credential.ApiToken(sha256), sql -> sql
                .select(API_TOKEN.TENANT_ID, API_TOKEN.NAME, API_TOKEN.ROLE.convertFrom(Role::valueOf))
                .from(API_TOKEN)
                .where(API_TOKEN.TOKEN_HASH.eq(sha256))
                .and(API_TOKEN.EXPIRES_AT.isNull().or(API_TOKEN.EXPIRES_AT.gt(now.atOffset(ZoneOffset.UTC))))
                .fetchOptional(org.jooq.Records.mapping(TokenHolder::new)));
    }

    /// @param name the token's name, as shown to people
    public record TokenHolder(UUID tenant, String name, Role role) {
    }
}
