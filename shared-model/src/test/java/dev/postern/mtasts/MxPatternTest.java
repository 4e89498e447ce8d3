package dev.postern.mtasts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.name.HostName;
import dev.postern.parse.Codes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8461 §4.1.
class MxPatternTest {

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
            "mail.example.com,    mail.example.com,       true",
            "mail.example.com,    MAIL.Example.COM.,      true",
            "MAIL.Example.com,    mail.example.com,       true",
            "mail.example.com,    mail2.example.com,      false",
            "mail.example.com,    a.mail.example.com,     false",
            "*.example.com,       mail.example.com,       true",
            "*.Example.com,       MAIL.EXAMPLE.COM,       true",
            "*.example.com,       example.com,            false",
            "*.example.com,       a.b.example.com,        false",
            "*.example.com,       mail.badexample.com,    false",
            "*.b.example.com,     a.b.example.com,        true",
            "xn--bcher-kva.example, bücher.example,       true",
    })
    void aWildcardStandsForExactlyOneLabel(String pattern, String mx, boolean matches) {
        assertThat(MxPattern.parse(pattern).orThrow().matches(HostName.parse(mx).orThrow())).isEqualTo(matches);
    }

    @ParameterizedTest(name = "''{0}'' is refused: {1}")
    @CsvSource({
            "'',                        mx-empty",
            "*,                         mx-wildcard-misplaced",
            "*.,                        mx-wildcard-misplaced",
            "mail.*.example.com,        mx-wildcard-misplaced",
            "ma*il.example.com,         mx-wildcard-misplaced",
            "*.*.example.com,           mx-wildcard-misplaced",
            "*mail.example.com,         mx-wildcard-misplaced",
            "**.example.com,            mx-wildcard-misplaced",
            "mail.example.com.,         mx-trailing-dot",
            "*.example.com.,            mx-trailing-dot",
            "bücher.example,            mx-not-ascii",
            "mail.boo\u212A.example,         mx-not-ascii",
            "192.0.2.1,                 mx-is-ip",
            "[192.0.2.1],               mx-is-ip",
            "2001:db8::1,               mx-is-ip",
            "mail_1.example.com,        mx-syntax",
            "mail..example.com,         mx-syntax",
            ".example.com,              mx-syntax",
            "mail.example.com:25,       mx-syntax",
            "'a.example.com b.example.com', mx-syntax",
            "localhost,                 mx-single-label",
            "*.com,                     mx-single-label",
    })
    void whatIsRefusedAndWhy(String pattern, String code) {
        assertThat(Codes.problems(MxPattern.parse(pattern))).containsExactly(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.", "*.*.example.com", "Mail.example.com", "mail.example.com.", ""})
    void noRecordExistsForWhatIsNotInNormalForm(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MxPattern(pattern));
    }

    @ParameterizedTest
    @CsvSource({"*.example.com, true", "mail.example.com, false"})
    void tellsAWildcard(String pattern, boolean wildcard) {
        assertThat(MxPattern.parse(pattern).orThrow().wildcard()).isEqualTo(wildcard);
        assertThat(MxPattern.parse(pattern).orThrow()).hasToString(pattern);
    }
}
