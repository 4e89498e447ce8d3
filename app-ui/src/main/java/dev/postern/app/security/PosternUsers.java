package dev.postern.app.security;

import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import java.util.Optional;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/// Finds people by e-mail address.
public final class PosternUsers implements UserDetailsService {

    private final AccountStore accounts;

    public PosternUsers(AccountStore accounts) {
        this.accounts = accounts;
    }

    /// @param typed an e-mail address in any spelling
    @Override
    public PosternUser loadUserByUsername(String typed) {
        return EmailAddress.parse(typed).asOptional()
                .flatMap(email -> accounts.byEmail(email.text()))
                .flatMap(this::inFirstOrganisation)
                .orElseThrow(() -> new UsernameNotFoundException("no such account"));
    }

    private Optional<PosternUser> inFirstOrganisation(Account account) {
        return accounts.memberships(account.id()).stream().findFirst()
                .map(membership -> new PosternUser(account.id(), account.email(), account.passwordHash(), membership));
    }
}
