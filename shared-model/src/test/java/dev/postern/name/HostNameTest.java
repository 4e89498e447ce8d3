package dev.postern.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.parse.Codes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
            "mx.example.com,              mx.example.com",
            "MX1.Example.COM.,            mx1.example.com",
            "bücher.example,              xn--bcher-kva.example",
            "mail.internal,               mail.internal",
            "1.mx.example.com,            1.mx.example.com",
            "r3---sn.example.com,         r3---sn.example.com",
    })
    void hostsAsMxRecordsNameThem(String input, String ascii) {
        assertThat(HostName.parse(input).orThrow()).hasToString(ascii);
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource({
            "192.0.2.1,           host-is-ip",
            "[2001:db8::1],       host-is-ip",
            "2001:db8::1,         host-is-ip",
            "mx.example.com:25,   host-syntax",
            "mx_1.example.com,    host-syntax",
            "a..example.com,      host-syntax",
            "'',                  host-syntax",
            "., host-syntax",
            "*.example.com,       host-syntax",
            "localhost,           host-single-label",
    })
    void whatIsRefusedAndWhy(String input, String code) {
        assertThat(Codes.problems(HostName.parse(input))).containsExactly(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MX.example.com", "mx.example.com.", "localhost", "", "192.0.2.1", "mx.example.com\n"})
    void noRecordExistsForWhatIsNotInNormalForm(String ascii) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostName(ascii));
    }
}
