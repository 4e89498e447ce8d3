package dev.postern.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.parse.Codes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {

    @ParameterizedTest(name = "{0} is {1}, shown as {2}")
    @CsvSource({
            "example.com,              example.com,               example.com",
            "'  Example.COM. ',        example.com,               example.com",
            "mail.example.co.uk,       mail.example.co.uk,        mail.example.co.uk",
            "straße.de,                xn--strae-oqa.de,          straße.de",
            "strasse.de,               strasse.de,                strasse.de",
            "BÜCHER.example,           xn--bcher-kva.example,     bücher.example",
            "xn--bcher-kva.example,    xn--bcher-kva.example,     bücher.example",
            "bücher。example,           xn--bcher-kva.example,     bücher.example",
            "例え.jp,                   xn--r8jz45g.jp,            例え.jp",
            "r3---sn.example.com,      r3---sn.example.com,       r3---sn.example.com",
            "alpha.test,               alpha.test,                alpha.test",
            "company-y.example,        company-y.example,         company-y.example",
            "1and1.com,                1and1.com,                 1and1.com",
            "someone.github.io,        someone.github.io,         someone.github.io",
    })
    void whatPeopleEnter(String input, String ascii, String shown) {
        DomainName name = DomainName.parse(input).orThrow();
        assertThat(name.ascii()).isEqualTo(ascii);
        assertThat(name.unicode()).isEqualTo(shown);
        assertThat(name).hasToString(ascii);
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource({
            "'',                           domain-empty",
            "'  ',                         domain-empty",
            "https://example.com/,         domain-is-url",
            "example.com/mail,             domain-is-url",
            "user@example.com,             domain-is-address",
            "mailto:user@example.com,      domain-is-address",
            "example.com:25,               domain-has-port",
            "192.0.2.1,                    domain-is-ip",
            "192.0.2.1.,                   domain-is-ip",
            "１９２.0.2.1,                  domain-is-ip",
            "2001:db8::1,                  domain-is-ip",
            "[192.0.2.1],                  domain-is-ip",
            "[2001:db8::1],                domain-is-ip",
            "example.123,                  domain-is-ip",
            "2130706433,                   domain-is-ip",
            "example.1com,                 domain-unknown-suffix",
            "localhost,                    domain-single-label",
            "com,                          domain-single-label",
            "test,                         domain-single-label",
            "co.uk,                        domain-public-suffix",
            "Co.Uk.,                       domain-public-suffix",
            "github.io,                    domain-provider-suffix",
            "printer.local,                domain-unknown-suffix",
            "nowhere.invalid,              domain-unknown-suffix",
            "mail.corp,                    domain-unknown-suffix",
            "hidden.onion,                 domain-unknown-suffix",
            "2.0.192.in-addr.arpa,         domain-unknown-suffix",
            "_dmarc.example.com,           domain-underscore",
            "a..example.com,               domain-syntax",
            ".example.com,                 domain-syntax",
            "example.com..,                domain-syntax",
            "-a.example.com,               domain-syntax",
            "a-.example.com,               domain-syntax",
            "exa mple.com,                 domain-syntax",
            "exa!mple.com,                 domain-syntax",
            "*.example.com,                domain-syntax",
            "xn--a.example.com,            domain-syntax",
            "., domain-syntax",
    })
    void whatIsRefusedAndWhy(String input, String code) {
        assertThat(Codes.problems(DomainName.parse(input))).containsExactly(code);
    }

    @Test
    void labelsHaveAtMost63Characters() {
        assertThat(DomainName.parse("a".repeat(63) + ".example").asOptional()).isPresent();
        assertThat(Codes.problems(DomainName.parse("a".repeat(64) + ".example"))).containsExactly("domain-syntax");
    }

    @Test
    void theRecordNamesMustFitInFront() {
        String fits = "a".repeat(57) + "." + ("a".repeat(59) + ".").repeat(3) + "test";
        assertThat(fits).hasSize(242);
        assertThat(DomainName.parse(fits).orThrow().child("_smtp._tls")).hasSize(253);
        assertThat(Codes.problems(DomainName.parse("a" + fits))).containsExactly("domain-too-long");
        assertThat(Codes.problems(DomainName.parse("aa.".repeat(90) + "test"))).containsExactly("domain-too-long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Example.com", "example.com.", "straße.de", "example", "", "a b.test", "192.0.2.1",
            "_a.example.com", "a\n.test"})
    void noRecordExistsForWhatIsNotInNormalForm(String ascii) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DomainName(ascii));
    }

    @Test
    void childNamesTheRecordsBelow() {
        assertThat(new DomainName("example.com").child("_mta-sts")).isEqualTo("_mta-sts.example.com");
    }

    @Test
    void everyRefusalSaysWhatToDo() {
        assertThat(DomainName.parse("user@example.com")).hasToString(
                "Invalid[problems=[This looks like an e-mail address. Enter only what stands after the @.]]");
    }
}
