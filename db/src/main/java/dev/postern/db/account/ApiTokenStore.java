package dev.postern.db.account;

import static dev.postern.db.jooq.Tables.API_TOKEN;

import dev.postern.db.tenancy.TenantSession;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// An organisation's API tokens.
public final class ApiTokenStore {

    private final TenantSession session;

    public ApiTokenStore(TenantSession session) {
        this.session = session;
    }

    /// @param sha256 of the token
    public void add(ApiToken token, byte[] sha256) {
        session.sql().insertInto(API_TOKEN)
                .set(API_TOKEN.TENANT_ID, session.tenant())
                .set(API_TOKEN.TOKEN_ID, token.id())
                .set(API_TOKEN.NAME, token.name())
                .set(API_TOKEN.ROLE, token.role().name())
                .set(API_TOKEN.TOKEN_HASH, sha256)
                .set(API_TOKEN.CREATED_BY, token.createdBy())
                .set(API_TOKEN.CREATED_AT, token.createdAt().atOffset(ZoneOffset.UTC))
                .set(API_TOKEN.EXPIRES_AT, token.expiresAt().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
                .execute();
    }

    /// Newest first.
    public List<ApiToken> list() {
        return session.sql()
                .select(API_TOKEN.TOKEN_ID, API_TOKEN.NAME, API_TOKEN.ROLE.convertFrom(Role::valueOf),
                        API_TOKEN.CREATED_BY,
                        API_TOKEN.CREATED_AT.convertFrom(OffsetDateTime::toInstant), API_TOKEN.EXPIRES_AT)
                .from(API_TOKEN).orderBy(API_TOKEN.CREATED_AT.desc())
                .fetch(row -> new ApiToken(row.value1(), row.value2(), row.value3(), row.value4(),
                        row.value5(), Optional.ofNullable(row.value6()).map(OffsetDateTime::toInstant)));
    }

    public void revoke(UUID token) {
        session.sql().deleteFrom(API_TOKEN).where(API_TOKEN.TOKEN_ID.eq(token)).execute();
    }
}
