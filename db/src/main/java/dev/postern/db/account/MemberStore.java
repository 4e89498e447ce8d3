package dev.postern.db.account;

import static dev.postern.db.jooq.Tables.ACCOUNT;
import static dev.postern.db.jooq.Tables.MEMBERSHIP;

import dev.postern.db.tenancy.TenantSession;
import java.util.List;

/// The people of an organisation.
public final class MemberStore {

    private final TenantSession session;

    public MemberStore(TenantSession session) {
        this.session = session;
    }

    /// By e-mail address.
    public List<Member> list() {
        return session.sql().select(ACCOUNT.EMAIL, MEMBERSHIP.ROLE.convertFrom(Role::valueOf))
                .from(MEMBERSHIP).join(ACCOUNT).on(ACCOUNT.ACCOUNT_ID.eq(MEMBERSHIP.ACCOUNT_ID))
                .orderBy(ACCOUNT.EMAIL)
                .fetch(org.jooq.Records.mapping(Member::new));
    }

    public record Member(String email, Role role) {
    }
}
