package dev.postern.app.security;

import dev.postern.db.account.Membership;
import dev.postern.db.account.Role;
import java.util.List;
import java.util.UUID;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.User;

/// A person who is signed in, and the organisation they work for at the moment. The user name is the e-mail address.
///
/// It lives in the web session, so it holds nothing that may change under it but the organisation's name and the
/// role, which count until the next sign-in.
public final class PosternUser extends User {

    private static final long serialVersionUID = 1L;

    private final UUID account;
    private final UUID tenant;
    private final String organisation;
    private final Role role;

    /// @param passwordHash as stored; erased once the person is signed in
    PosternUser(UUID account, String email, String passwordHash, Membership membership) {
        super(email, passwordHash, List.of(new SimpleGrantedAuthority("ROLE_" + membership.role())));
        this.account = account;
        this.tenant = membership.tenant();
        this.organisation = membership.organisation();
        this.role = membership.role();
    }

    public UUID account() {
        return account;
    }

    /// In lower case.
    public String email() {
        return getUsername();
    }

    /// The current organisation.
    public UUID tenant() {
        return tenant;
    }

    /// The current organisation's name.
    public String organisation() {
        return organisation;
    }

    /// What the person may do in the current organisation.
    public Role role() {
        return role;
    }
}
