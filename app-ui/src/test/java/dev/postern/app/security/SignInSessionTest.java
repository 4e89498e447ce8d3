package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.account.Membership;
import dev.postern.db.account.Role;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/// Signing in right after signing up.
class SignInSessionTest {

    @AfterEach
    void signOut() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void putsThePersonIntoASessionWithAnotherId() {
        var contexts = SecurityContextHolder.getContextHolderStrategy();
        var user = new PosternUser(UUID.randomUUID(), "a@b.example", "{argon2}hash",
                new Membership(UUID.randomUUID(), "Organisation", Role.OWNER));
        var request = new MockHttpServletRequest();
        String before = request.getSession().getId();
        request.setRequestedSessionIdValid(true);

        new SignInSession(contexts).signIn(user, request, new MockHttpServletResponse());

        assertThat(request.getSession().getId()).isNotEqualTo(before);
        var stored = (SecurityContext) request.getSession()
                .getAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY);
        assertThat(stored.getAuthentication().getPrincipal()).isSameAs(user);
        assertThat(stored.getAuthentication().isAuthenticated()).isTrue();
        assertThat(user.getPassword()).isNull();
        var current = new CurrentUser(contexts);
        assertThat(current.get()).isSameAs(user);
        assertThat(current.actor().tenant()).isEqualTo(user.tenant());
    }
}
