package dev.postern.app.security;

import dev.postern.app.domain.Domains;
import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/// A program that presented an API token. Its principal is the [Domains.Actor] that the token stands for.
public final class ApiTokenAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final transient Domains.Actor actor;

    ApiTokenAuthentication(Domains.Actor actor) {
        super(List.of(new SimpleGrantedAuthority("API_TOKEN")));
        this.actor = actor;
        setAuthenticated(true);
    }

    /// Empty: the token itself is not kept.
    @Override
    public String getCredentials() {
        return "";
    }

    @Override
    public Domains.Actor getPrincipal() {
        return actor;
    }
}
