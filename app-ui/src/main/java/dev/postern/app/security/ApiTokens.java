package dev.postern.app.security;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.ApiToken;
import dev.postern.db.account.Permission;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The API tokens of an organisation.
///
/// A token is 256 random bits, so its plain SHA-256 is kept: there is nothing to guess that a slow hash would protect.
public final class ApiTokens {

    /// What became of the wish for a token.
    public sealed interface Issue {

        /// @param secret what the program presents; shown now and never again
        record Issued(ApiToken token, String secret) implements Issue {
        }

        /// @param reason why not and what to do, in a sentence
        record Refused(String reason) implements Issue {
        }
    }

    /// The roles that a token can have. An organisation is owned by persons.
    public static final List<Role> GRANTED = List.of(Role.ADMIN, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR);

    /// Lets secret scanners, and people, see what a leaked text is.
    private static final String PREFIX = "postern_";
    private static final int RANDOM_BYTES = 32;
    private static final int LONGEST_NAME = 100;

    private final Database database;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public ApiTokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// @param name      what the token is for, as the person typed it
    /// @param role      what it may do; nobody gives a token more than they may do themselves
    /// @param expiresAt when it ends; empty: never
    public Issue issue(Domains.Actor actor, String name, Role role, Optional<Instant> expiresAt) {
        actor.need(Permission.CHANGE_TOKENS);
        String text = name.strip();
        if (text.isEmpty() || text.codePointCount(0, text.length()) > LONGEST_NAME
                || text.codePoints().anyMatch(Character::isISOControl)) {
            return new Issue.Refused("Say in 1 to " + LONGEST_NAME + " characters what the token is for.");
        }
        if (!GRANTED.contains(role) || role.compareTo(actor.role()) < 0) {
            return new Issue.Refused("A token can't have the role " + role.title() + ".");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (expiresAt.filter(end -> !end.isAfter(now)).isPresent()) {
            return new Issue.Refused("A token has to end in the future.");
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var token = new ApiToken(UUID.randomUUID(), text, role, actor.name(), now, expiresAt);
        database.useTenant(actor.tenant(), session -> session.apiTokens().add(token, hash(secret)));
        return new Issue.Issued(token, secret);
    }

    /// Newest first.
    public List<ApiToken> list(UUID tenant) {
        return database.inTenant(tenant, session -> session.apiTokens().list());
    }

    /// From the next request on, the token is nobody's.
    public void revoke(Domains.Actor actor, UUID token) {
        actor.need(Permission.CHANGE_TOKENS);
        database.useTenant(actor.tenant(), session -> session.apiTokens().revoke(token));
    }

    /// What of a token is stored.
    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
