package dev.postern.app.security;

import dev.postern.app.domain.Domains;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/// The person behind the current request or page.
public final class CurrentUser {

    private final SecurityContextHolderStrategy contexts;

    /// @param contexts knows the security context of requests and of pages
    public CurrentUser(SecurityContextHolderStrategy contexts) {
        this.contexts = contexts;
    }

    /// Empty where nobody is signed in.
    public Optional<PosternUser> find() {
        Authentication authentication = contexts.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof PosternUser user
                ? Optional.of(user) : Optional.empty();
    }

    /// @throws AuthenticationCredentialsNotFoundException where nobody is signed in
    public PosternUser get() {
        return find().orElseThrow(() -> new AuthenticationCredentialsNotFoundException("nobody is signed in"));
    }

    /// The same person as one who acts for the current organisation.
    ///
    /// @throws AuthenticationCredentialsNotFoundException where nobody is signed in
    public Domains.Actor actor() {
        PosternUser user = get();
        return new Domains.Actor(user.tenant(), user.email(), user.role());
    }
}
