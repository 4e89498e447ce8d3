package dev.postern.mtasts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.parse.Codes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// RFC 8461 §3.1.
class StsRecordTest {

    @ParameterizedTest(name = "{0} has id {1}")
    @CsvSource(delimiter = '|', value = {
            "v=STSv1; id=20160831085700Z;                 | 20160831085700Z",
            "v=STSv1; id=20160831085700Z                  | 20160831085700Z",
            "v=STSv1;id=1                                 | 1",
            "v=STSv1;id=1;                                | 1",
            "v=STSv1;  id=abc  ;                          | abc",
            "v=STSv1; foo=bar; id=abc;                    | abc",
            "v=STSv1; id=12345678901234567890123456789012 | 12345678901234567890123456789012",
    })
    void validRecords(String record, String id) {
        var parsed = StsRecord.parse(List.of(record));
        assertThat(parsed.orThrow().id()).isEqualTo(id);
        assertThat(Codes.notes(parsed)).isEmpty();
    }

    @Test
    void otherRecordsOfTheNameAreLeftOut() {
        var parsed = StsRecord.parse(List.of("v=spf1 -all", "v=STSv1; id=7;", "v=STSv2; id=8;", "site?id=9"));
        assertThat(parsed.orThrow().id()).isEqualTo("7");
    }

    @Test
    void furtherFieldsAreKeptInOrder() {
        var record = StsRecord.parse(List.of("v=STSv1; z.9=a:b; id=7; x_y-z=<>;")).orThrow();
        assertThat(record.extensions()).containsExactly(Map.entry("z.9", "a:b"), Map.entry("x_y-z", "<>"));
        assertThat(record.render()).isEqualTo("v=STSv1; id=7; z.9=a:b; x_y-z=<>;");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "v=STSv1 ; id=7;               | sts-record-space-before-semicolon",
            "v=STSv1; id=7; id=8;          | sts-id-repeated",
            "v=STSv1; id=7; a=1; a=2       | sts-extension-repeated",
    })
    void whatIsForgivenIsNoted(String record, String note) {
        var parsed = StsRecord.parse(List.of(record));
        assertThat(Codes.notes(parsed)).containsExactly(note);
        assertThat(parsed.orThrow().id()).as("the first counts").isEqualTo("7");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void whatIsRefusedAndWhy(List<String> records, String... codes) {
        assertThat(Codes.problems(StsRecord.parse(records))).containsExactly(codes);
    }

    static Stream<Arguments> whatIsRefusedAndWhy() {
        return Stream.of(
                refused("sts-record-missing"),
                refused("sts-record-missing", "v=spf1 -all", "google-site-verification=id=abc?x"),
                refused("sts-record-repeated", "v=STSv1; id=1;", "v=STSv1; id=1;"),
                refused("sts-record-version", "V=STSv1; id=1;"),
                refused("sts-record-version", "v=stsv1; id=1;"),
                refused("sts-record-version", " v=STSv1; id=1;"),
                refused("sts-record-version", "v = STSv1; id=1;"),
                refused("sts-record-version", "v=STSv1"),
                refused("sts-record-version", "v=STSv1, id=1"),
                refused("sts-record-version", "id=20260101000000;"),
                refused("sts-id-missing", "v=STSv1;"),
                refused("sts-id-missing", "v=STSv1; foo=bar;"),
                refused("sts-id-missing", "v=STSv1; ID=1;"),
                refused("sts-record-empty-field", "v=STSv1;; id=1;"),
                refused("sts-record-empty-field", "v=STSv1; id=1;;"),
                refused("sts-record-empty-field", "v=STSv1; id=1; ;"),
                refused("sts-record-field", "v=STSv1; id=1; foo"),
                refused("sts-id-not-alphanumeric", "v=STSv1; id=;"),
                refused("sts-id-not-alphanumeric", "v=STSv1; id=2026-01-01;"),
                refused("sts-id-not-alphanumeric", "v=STSv1; id= 1;"),
                refused("sts-id-not-alphanumeric", "v=STSv1; id=1\n;"),
                refused("sts-id-not-alphanumeric", "v=STSv1; id=a_b; id=7;"),
                refused("sts-id-too-long", "v=STSv1; id=123456789012345678901234567890123;"),
                refused("sts-extension-name", "v=STSv1; id=1; _a=1;"),
                refused("sts-extension-name", "v=STSv1; id=1; a b=1;"),
                refused("sts-extension-name", "v=STSv1; id=1; " + "a".repeat(33) + "=1;"),
                refused("sts-extension-value", "v=STSv1; id=1; a=;"),
                refused("sts-extension-value", "v=STSv1; id=1; a=b=c;"),
                refused("sts-extension-value", "v=STSv1; id=1; a=b c;"),
                Arguments.of(List.of("v=STSv1; id=ä;"),
                        new String[] {"sts-record-not-ascii", "sts-id-not-alphanumeric"}));
    }

    private static Arguments refused(String code, String... records) {
        return Arguments.of(List.of(records), new String[] {code});
    }

    @Test
    void aRecordThatIsWrongAllOverYieldsAFewProblems() {
        var wrong = new StringBuilder("v=STSv1; id=1");
        for (int i = 0; i < 5_000; i++) {
            wrong.append("; _").append(i).append("=1");
        }
        assertThat(Codes.problems(StsRecord.parse(List.of(wrong.toString())))).hasSize(20);
    }

    @Test
    void rendersWhatSendersParse() {
        var record = new StsRecord("20261123160000", Map.of());
        assertThat(record.render()).isEqualTo("v=STSv1; id=20261123160000;");
        assertThat(StsRecord.parse(List.of(record.render())).orThrow()).isEqualTo(record);
    }

    @Test
    void noRecordExistsForWhatCouldNotBePublished() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StsRecord("", Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsRecord("1; id=2", Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsRecord("1", Map.of("id", "2")));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsRecord("1", Map.of("a", "b;c")));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsRecord("1", Map.of("a=", "b")));
    }
}
