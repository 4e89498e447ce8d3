package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.parse.Codes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BimiRecordTest {

    private static final URI LOGO = URI.create("https://example.test/l.svg");

    @Test
    void readsLogoAndEvidence() {
        assertThat(BimiRecord.parse(List.of("v=BIMI1; l=https://example.test/l.svg; a=https://example.test/m.pem"))
                .orThrow())
                .isEqualTo(new BimiRecord(Optional.of(LOGO), Optional.of(URI.create("https://example.test/m.pem"))));
        for (String without : List.of("", ";", "; a=", "; a=self")) {
            assertThat(BimiRecord.parse(List.of("hello", "v=BIMI1;l=https://example.test/l.svg" + without)).orThrow())
                    .isEqualTo(new BimiRecord(Optional.of(LOGO), Optional.empty()));
        }
        assertThat(BimiRecord.parse(List.of("v=BIMI1; l=; a=;")).orThrow().logo()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "hello                                              | bimi-record-missing",
            "v=bimi1; l=https://example.test/l.svg              | bimi-record-syntax",
            "v=BIMI2; l=https://example.test/l.svg              | bimi-record-syntax",
            "v=BIMI1; l                                         | bimi-record-syntax",
            "v=BIMI1; l=; l=                                    | bimi-record-syntax",
            "v=BIMI1                                            | bimi-logo-missing",
            "v=BIMI1; l=http://example.test/l.svg               | bimi-uri",
            "v=BIMI1; l=https:///l.svg                          | bimi-uri",
            "v=BIMI1; l=https://exa mple.test/l.svg             | bimi-uri",
            "v=BIMI1; l=https://example.test/l.svg; a=m.pem     | bimi-uri"})
    void refuses(String text, String code) {
        assertThat(Codes.problems(BimiRecord.parse(List.of(text)))).containsExactly(code);
    }

    @Test
    void refusesTwo() {
        assertThat(Codes.problems(BimiRecord.parse(List.of("v=BIMI1; l=", "v=BIMI1; l=")))).containsExactly(
                "bimi-record-repeated");
    }
}
