package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.AppSettings;
import dev.postern.app.TestApp;
import dev.postern.db.account.AccountStore;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The account that an operator's settings name.
class BootstrapTest {

    private final AccountStore accounts = new AccountStore(TestApp.database());
    private final PasswordHashing passwords = PasswordHashing.argon2();
    private final Bootstrap bootstrap = new Bootstrap(accounts, passwords, TestApp.database(), Clock.systemUTC());
    private final EmailAddress email = new EmailAddress("b" + UUID.randomUUID() + "@people.example");
    private final String token = "token-" + UUID.randomUUID();

    @Test
    void makesTheAccountAndItsTokenOnce() {
        var first = new Bootstrap.FirstAccount(email, "short", "Bootstrap organisation", Optional.of(token));
        bootstrap.ensure(first);
        bootstrap.ensure(first);

        var account = accounts.byEmail(email.text()).orElseThrow();
        assertThat(passwords.matches("short", account.passwordHash())).isTrue();
        var memberships = accounts.memberships(account.id());
        assertThat(memberships).hasSize(1);
        assertThat(memberships.getFirst().organisation()).isEqualTo("Bootstrap organisation");
        assertThat(accounts.byApiToken(ApiTokens.hash(token), Instant.now()).orElseThrow().tenant())
                .isEqualTo(memberships.getFirst().tenant());
        assertThat(new ApiTokens(TestApp.database(), Clock.systemUTC()).list(memberships.getFirst().tenant()))
                .hasSize(1);
    }

    @Test
    void addsATokenToAnAccountThatIsThere() {
        bootstrap.ensure(new Bootstrap.FirstAccount(email, "first", "Organisation", Optional.empty()));
        bootstrap.ensure(new Bootstrap.FirstAccount(email, "second", "Another", Optional.of(token)));

        assertThat(passwords.matches("first", accounts.byEmail(email.text()).orElseThrow().passwordHash())).isTrue();
        assertThat(accounts.byApiToken(ApiTokens.hash(token), Instant.now())).isPresent();
    }

    @Test
    void isReadFromTheSettings() {
        var settings = AppSettings.from(new Settings(Map.of("POSTERN_BOOTSTRAP_EMAIL", "Owner@People.example",
                "POSTERN_BOOTSTRAP_PASSWORD", "secret")));

        assertThat(settings.bootstrap().orElseThrow())
                .isEqualTo(new Bootstrap.FirstAccount(new EmailAddress("owner@people.example"), "secret",
                        "Bootstrap organisation", Optional.empty()));
        assertThat(AppSettings.from(new Settings(Map.of())).bootstrap()).isEmpty();
        assertThatThrownBy(() -> AppSettings.from(new Settings(Map.of("POSTERN_BOOTSTRAP_EMAIL", "o@p.example"))))
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("POSTERN_BOOTSTRAP_PASSWORD");
        assertThatThrownBy(() -> AppSettings.from(new Settings(Map.of("POSTERN_BOOTSTRAP_EMAIL", "owner"))))
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("'owner'");
        assertThatThrownBy(() -> AppSettings.from(new Settings(Map.of("POSTERN_PUBLIC_URL", "ftp://x"))))
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("POSTERN_PUBLIC_URL");
    }
}
