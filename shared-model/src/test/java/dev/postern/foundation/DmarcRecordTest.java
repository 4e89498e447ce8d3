package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.foundation.DmarcRecord.Alignment;
import dev.postern.foundation.DmarcRecord.Policy;
import dev.postern.parse.Codes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DmarcRecordTest {

    @Test
    void readsAllThatDecides() {
        assertThat(DmarcRecord.parse(List.of("v=DMARC1; p=reject; sp=quarantine; adkim=s; aspf=r; pct=50; fo=1; "
                + "ri=86400; "
                + "rua=mailto:a@example.test!10m , mailto:b@example.test; ruf=mailto:c@example.test")).orThrow())
                .isEqualTo(new DmarcRecord(Policy.REJECT, Policy.QUARANTINE, new Alignment(true, false), 50,
                        List.of("mailto:a@example.test!10m", "mailto:b@example.test")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=DMARC1;p=none             | NONE       | NONE",
            "v = DMARC1 ; p = NONE ;     | NONE       | NONE",
            "v=DMARC1; P=Quarantine      | QUARANTINE | QUARANTINE",
            "v=DMARC1; p=reject;;        | REJECT     | REJECT",
            "v=DMARC1; sp=none; p=reject | REJECT     | NONE"})
    void readsEveryWayToWriteIt(String text, Policy own, Policy below) {
        var record = DmarcRecord.parse(List.of("google-site-verification=x", text)).orThrow();
        assertThat(record.policy()).isEqualTo(own);
        assertThat(record.subdomains()).isEqualTo(below);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "hello                              | dmarc-record-missing",
            "V=DMARC1; p=none                   | dmarc-record-version",
            "v=dmarc1; p=none                   | dmarc-record-version",
            "v=DMARC2; p=none                   | dmarc-record-version",
            "v=DMARC1 p=none                    | dmarc-record-version",
            "p=none; v=DMARC1                   | dmarc-record-version",
            "v=DMARC1                           | dmarc-policy-missing",
            "v=DMARC1; p=block                  | dmarc-policy-missing",
            "v=DMARC1; p=none; p=reject         | dmarc-record-syntax",
            "v=DMARC1; p=none; \u00a0rua        | dmarc-record-syntax"})
    void refuses(String text, String code) {
        assertThat(Codes.problems(DmarcRecord.parse(List.of(text)))).containsExactly(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=DMARC1; p=none; pct=101                           | dmarc-pct       | v=DMARC1; p=none",
            "v=DMARC1; p=none; pct=-1                            | dmarc-pct       | v=DMARC1; p=none",
            "v=DMARC1; sp=maybe; p=none                          | dmarc-sp        | v=DMARC1; p=none",
            "v=DMARC1; p=none; aspf=strict; adkim=s              | dmarc-alignment | v=DMARC1; p=none; adkim=s",
            "v=DMARC1; p=none; rua=a@b.test                      | dmarc-rua       | v=DMARC1; p=none",
            "v=DMARC1; p=none; rua=mailto:a@b.test, x            | dmarc-rua       | v=DMARC1; p=none; "
                    + "rua=mailto:a@b.test",
            "v=DMARC1; rua=mailto:a@b.test                       | dmarc-policy-missing | "
                    + "v=DMARC1; p=none; rua=mailto:a@b.test"})
    void forgivesAndCorrects(String text, String code, String corrected) {
        assertThat(Codes.notes(DmarcRecord.parse(List.of(text)))).containsExactly(code);
        assertThat(DmarcRecord.corrected(List.of(text))).contains(corrected);
        assertThat(Codes.notes(DmarcRecord.parse(List.of(corrected)))).isEmpty();
    }

    @Test
    void changesOnlyWhatItIsTold() {
        var texts = List.of("hello", "v=DMARC1;p=none;fo=1;rua=mailto:a@b.test");
        assertThat(DmarcRecord.with(texts, Map.of("p", "reject", "fo", "")))
                .contains("v=DMARC1; p=reject; rua=mailto:a@b.test");
        assertThat(DmarcRecord.with(List.of("v=DMARC1; fo=1"), Map.of("p", "none"))).contains("v=DMARC1; p=none; fo=1");
        assertThat(DmarcRecord.with(List.of("v=DMARC1; p=none", "v=DMARC1; p=none"), Map.of())).isEmpty();
        assertThat(DmarcRecord.with(List.of("v=DMARC1; p=none; x=\u202e"), Map.of())).isEmpty();
    }

    @Test
    void keepsTheMildestOfSeveralWhateverTheirOrder() {
        var mild = "v=DMARC1; p=none; fo=1";
        assertThat(DmarcRecord.mildest(List.of("v=DMARC1; p=reject", mild, "v=DMARC1; p=x"))).contains(mild);
        assertThat(DmarcRecord.mildest(List.of(mild, "v=DMARC1; p=reject"))).contains(mild);
        assertThat(DmarcRecord.mildest(List.of("hello"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"mailto:a@b.test,b.test", "MAILTO:a@B.test!10m,b.test", "mailto:a@b.test?subject=x,b.test",
            "mailto:a,", "mailto:@b.test,", "https://b.test/,", "mailto:a@b_c,"})
    void findsWhereAnAddressIs(String uri, String domain) {
        assertThat(DmarcRecord.destination(uri).orElse(null)).isEqualTo(domain);
    }

    @Test
    void readsAHostileRecordInLinearTime() {
        // With a pattern that tries every start of a run of spaces, these take minutes.
        String spaces = " ".repeat(60_000);
        assertThat(DmarcRecord.parse(List.of("v=DMARC1; p=none; rua=a" + spaces + "b")).orThrow().rua()).hasSize(1);
        assertThat(Codes.problems(DmarcRecord.parse(List.of("v=DMARC1" + spaces + "x")))).isNotEmpty();
        assertThat(Codes.problems(DmarcRecord.parse(List.of("v=DMARC1" + ";a=b".repeat(15_000))))).isNotEmpty();
        assertThat(DmarcRecord.with(List.of("v=DMARC1; p=none; x=" + "y".repeat(60_000)), Map.of())).isEmpty();
    }
}
