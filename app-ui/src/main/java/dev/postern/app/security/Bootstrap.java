package dev.postern.app.security;

import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.account.ApiToken;
import dev.postern.db.account.Membership;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the account that the operator's settings name, for automation. What is there already stays as it is.
public final class Bootstrap {

    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

    /// @param password as the operator chose it; the rules of sign-up are for strangers
    /// @param token    an API token to make, with this very value
    public record FirstAccount(EmailAddress email, String password, String organisation, Optional<String> token) {

        /// Keeps both secrets out of logs.
        @Override
        public String toString() {
            return "FirstAccount[" + email + "]";
        }
    }

    private final AccountStore accounts;
    private final PasswordHashing passwords;
    private final Database database;
    private final Clock clock;

    public Bootstrap(AccountStore accounts, PasswordHashing passwords, Database database, Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.database = database;
        this.clock = clock;
    }

    /// Sees to it that the account is there, and its token.
    public void ensure(FirstAccount first) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (accounts.byEmail(first.email().text()).isEmpty()) {
            var account = new Account(UUID.randomUUID(), first.email().text(), passwords.encode(first.password()));
            if (accounts.signUp(account, UUID.randomUUID(), first.organisation(), now)) {
                LOG.info("Made the account {} and its organisation", first.email());
            }
        }
        first.token().ifPresent(token -> ensureToken(first.email(), token, now));
    }

    private void ensureToken(EmailAddress email, String token, Instant now) {
        byte[] hash = ApiTokens.hash(token);
        if (accounts.byApiToken(hash, now).isPresent()) {
            return;
        }
        Membership membership = accounts.memberships(accounts.byEmail(email.text()).orElseThrow().id()).getFirst();
        var listed = new ApiToken(UUID.randomUUID(), "bootstrap", Role.ADMIN, email.text(), now, Optional.empty());
        try {
            database.useTenant(membership.tenant(), session -> session.apiTokens().add(listed, hash));
            LOG.info("Made the API token of {}", email);
        } catch (IntegrityConstraintViolationException madeMeanwhile) {
            LOG.debug("Another process made the same token", madeMeanwhile);
        }
    }
}
