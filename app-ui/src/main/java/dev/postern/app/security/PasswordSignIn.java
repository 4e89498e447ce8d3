package dev.postern.app.security;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/// Signs in with e-mail address and password, behind the [GuessingBrake].
///
/// An unknown address takes as long as a wrong password: Spring's provider hashes the password for nothing then.
final class PasswordSignIn implements AuthenticationProvider {

    private final DaoAuthenticationProvider provider;
    private final GuessingBrake brake;

    PasswordSignIn(PosternUsers users, PasswordHashing passwords, GuessingBrake brake) {
        provider = new DaoAuthenticationProvider(users);
        provider.setPasswordEncoder(passwords);
        this.brake = brake;
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        String email = attempt.getName();
        String address = attempt.getDetails() instanceof WebAuthenticationDetails details
                ? details.getRemoteAddress() : "";
        if (brake.blocks(email, address)) {
            throw new LockedException("too many failures; wait some minutes");
        }
        if (attempt.getCredentials() instanceof String password && password.length() > 4 * SignUp.LONGEST_PASSWORD) {
            throw new BadCredentialsException("longer than any password");
        }
        try {
            Authentication signedIn = provider.authenticate(attempt);
            brake.succeeded(email, address);
            return signedIn;
        } catch (BadCredentialsException wrong) {
            brake.failed(email, address);
            throw wrong;
        }
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }
}
