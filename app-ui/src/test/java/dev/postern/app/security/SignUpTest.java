package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.security.SignUp.Field;
import dev.postern.app.security.SignUp.Result;
import dev.postern.db.account.AccountStore;
import dev.postern.db.account.Role;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of signing up, on a real database.
class SignUpTest {

    private static final String PASSWORD = "four words in a row";

    private final AccountStore accounts = new AccountStore(TestApp.database());
    private final PasswordHashing passwords = PasswordHashing.argon2();
    private final SignUp signUp = new SignUp(accounts, passwords, Clock.systemUTC());
    private final String email = "p" + UUID.randomUUID() + "@people.example";

    @Test
    void makesAnAccountWithItsOrganisation() {
        var done = (Result.Done) signUp.signUp("  " + email.toUpperCase() + " ", PASSWORD, " Bücher & Söhne ");

        assertThat(done.user().email()).isEqualTo(email);
        assertThat(done.user().organisation()).isEqualTo("Bücher & Söhne");
        assertThat(done.user().role()).isEqualTo(Role.OWNER);
        var found = new PosternUsers(accounts).loadUserByUsername(email);
        assertThat(found.tenant()).isEqualTo(done.user().tenant());
        assertThat(found.getPassword()).startsWith("{argon2}$argon2id$");
        assertThat(passwords.matches(PASSWORD, found.getPassword())).isTrue();
        assertThat(passwords.matches(PASSWORD + " ", found.getPassword())).isFalse();
    }

    @Test
    void makesOneAccountForAnAddress() {
        signUp.signUp(email, PASSWORD, "First");

        refused(signUp.signUp(email.toUpperCase(), PASSWORD, "Second"), Field.EMAIL);
        assertThat(accounts.memberships(accounts.byEmail(email).orElseThrow().id())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "name", "name@", "@people.example", "a b@people.example", "name@people",
            "name@people..example", ".name@people.example", "na..me@people.example", "name@192.0.2.1",
            "name@people.example\r\nBcc: x@y.example", "näme@people.example",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@people.example"})
    void refusesWhatIsNoAddress(String wrong) {
        refused(signUp.signUp(wrong, PASSWORD, "Organisation"), Field.EMAIL);
    }

    @ParameterizedTest
    @CsvSource({"o'brien+tag@people.example, o'brien+tag@people.example",
            "info@Bücher.example, info@xn--bcher-kva.example"})
    void keepsOneSpelling(String typed, String kept) {
        assertThat(EmailAddress.parse(typed).orThrow().text()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "elevenchars", "aaaaaaaaaaaaaaaa", "😀😀😀😀😀😀😀😀😀😀😀"})
    void refusesPasswordsThatAreGuessedFirst(String weak) {
        refused(signUp.signUp(email, weak, "Organisation"), Field.PASSWORD);
    }

    @Test
    void refusesTheAddressAsPasswordAndWhatIsTooLong() {
        refused(signUp.signUp(email, email.toUpperCase(), "Organisation"), Field.PASSWORD);
        refused(signUp.signUp(email, "ab".repeat(64) + "c", "Organisation"), Field.PASSWORD);
        assertThat(signUp.signUp(email, "ab".repeat(64), "Organisation")).isInstanceOf(Result.Done.class);
    }

    @Test
    void readsTheSamePasswordFromAnotherKeyboard() {
        String composed = "Über vier Wörter";
        String decomposed = java.text.Normalizer.normalize(composed, java.text.Normalizer.Form.NFD);
        assertThat(decomposed).isNotEqualTo(composed);

        assertThat(passwords.matches(decomposed, passwords.encode(composed))).isTrue();
    }

    @Test
    void refusesNamesThatCannotBeShown() {
        for (String wrong : new String[]{"", "   ", "a\u0000b", "a\nb", "a\u2028b", "a\ud800b", "x".repeat(201)}) {
            refused(signUp.signUp(email, PASSWORD, wrong), Field.ORGANISATION);
        }
        assertThat(signUp.signUp(email, PASSWORD, "😀".repeat(200))).isInstanceOf(Result.Done.class);
    }

    private static void refused(Result result, Field field) {
        assertThat(result).isInstanceOfSatisfying(Result.Refused.class, refused -> {
            assertThat(refused.field()).isEqualTo(field);
            assertThat(refused.reason()).isNotEmpty();
        });
    }
}
