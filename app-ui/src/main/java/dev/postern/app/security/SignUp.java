package dev.postern.app.security;

import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.account.Membership;
import dev.postern.db.account.Role;
import dev.postern.parse.Parsed;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/// Makes an account with an organisation of its own.
public final class SignUp {

    /// Which of the things entered a refusal is about.
    public enum Field { EMAIL, PASSWORD, ORGANISATION }

    /// What became of it.
    public sealed interface Result {

        /// The account exists now; nobody is signed in yet ([SignInSession]).
        record Done(PosternUser user) implements Result {
        }

        /// @param reason why not and what to do, in a sentence
        record Refused(Field field, String reason) implements Result {
        }
    }

    /// NIST SP 800-63B §3.1.1.2: length counts, composition rules don't.
    static final int SHORTEST_PASSWORD = 12;
    static final int LONGEST_PASSWORD = 128;
    private static final int LONGEST_ORGANISATION = 200;

    private final AccountStore accounts;
    private final PasswordHashing passwords;
    private final Clock clock;

    public SignUp(AccountStore accounts, PasswordHashing passwords, Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.clock = clock;
    }

    /// All three as a person typed them.
    public Result signUp(String email, String password, String organisation) {
        return switch (EmailAddress.parse(email)) {
            case Parsed.Invalid<EmailAddress> invalid -> new Result.Refused(Field.EMAIL, invalid.reason());
            case Parsed.Valid<EmailAddress>(var address, var _) -> signUp(address, password, organisation.strip());
        };
    }

    private Result signUp(EmailAddress email, String password, String organisation) {
        return objectionToPassword(password, email)
                .map(reason -> new Result.Refused(Field.PASSWORD, reason))
                .or(() -> objectionToName(organisation)
                        .map(reason -> new Result.Refused(Field.ORGANISATION, reason)))
                .<Result>map(refused -> refused)
                .orElseGet(() -> make(email, password, organisation));
    }

    private Result make(EmailAddress email, String password, String organisation) {
        var account = new Account(UUID.randomUUID(), email.text(), passwords.encode(password));
        var membership = new Membership(UUID.randomUUID(), organisation, Role.OWNER);
        boolean made = accounts.signUp(account, membership.tenant(), organisation,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        return made ? new Result.Done(new PosternUser(account.id(), account.email(), "", membership))
                : new Result.Refused(Field.EMAIL, "There is an account with this address. Sign in instead.");
    }

    private static Optional<String> objectionToPassword(String password, EmailAddress email) {
        int length = password.codePointCount(0, password.length());
        if (length < SHORTEST_PASSWORD) {
            return Optional.of("Use at least " + SHORTEST_PASSWORD + " characters. A few words in a row do well.");
        }
        if (length > LONGEST_PASSWORD) {
            return Optional.of("Use at most " + LONGEST_PASSWORD + " characters.");
        }
        if (password.strip().equalsIgnoreCase(email.text())) {
            return Optional.of("The e-mail address is no secret. Choose another password.");
        }
        if (password.codePoints().distinct().count() == 1) {
            return Optional.of("One character again and again is guessed first. Choose another password.");
        }
        return Optional.empty();
    }

    private static Optional<String> objectionToName(String organisation) {
        int length = organisation.codePointCount(0, organisation.length());
        if (length < 1 || length > LONGEST_ORGANISATION) {
            return Optional.of("Enter your organisation's name, 1 to " + LONGEST_ORGANISATION + " characters.");
        }
        return organisation.codePoints().anyMatch(SignUp::isNoText)
                ? Optional.of("The name holds a character that can't be shown.") : Optional.empty();
    }

    private static boolean isNoText(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                 Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
