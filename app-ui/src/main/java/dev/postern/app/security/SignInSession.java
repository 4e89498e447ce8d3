package dev.postern.app.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/// Signs a person in without asking again for the password that they have just chosen.
public final class SignInSession {

    private final SecurityContextHolderStrategy contexts;
    private final HttpSessionSecurityContextRepository sessions = new HttpSessionSecurityContextRepository();
    private final ChangeSessionIdAuthenticationStrategy newId = new ChangeSessionIdAuthenticationStrategy();

    /// @param contexts knows the security context of requests and of pages
    public SignInSession(SecurityContextHolderStrategy contexts) {
        this.contexts = contexts;
        sessions.setSecurityContextHolderStrategy(contexts);
    }

    /// Puts the person into the session, which gets another id: whoever knew the old one learns nothing.
    ///
    /// @param response not yet committed, since it carries the cookie
    public void signIn(PosternUser user, HttpServletRequest request, HttpServletResponse response) {
        user.eraseCredentials();
        var authentication = UsernamePasswordAuthenticationToken.authenticated(user, null, user.getAuthorities());
        request.getSession();
        newId.onAuthentication(authentication, request, response);
        var context = contexts.createEmptyContext();
        context.setAuthentication(authentication);
        contexts.setContext(context);
        sessions.saveContext(context, request, response);
    }
}
