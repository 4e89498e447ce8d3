package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpfRecordTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "v=spf1",
            "v=spf1 -all",
            "v=spf1 mx a ~all",
            "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.com ~all",
            "v=spf1 a:mail.example.com/28//64 mx:example.com -all",
            "v=spf1 exists:%{i}._spf.%{d} redirect=_spf.example.com",
            "v=spf1 include:spf.protection.outlook.com -all",
            "v=spf1 mx -all exp=explain._spf.%{d}"})
    void readsAndRendersTheSame(String text) {
        assertThat(SpfRecord.parse(List.of(text)).orThrow().render()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "v=spf1 ip4:192.0.2.300 -all", "v=spf1 ip4:192.0.2.0/33 -all", "v=spf1 ip6:2001:db8::/129 -all",
            "v=spf1 include: -all", "v=spf1 include -all", "v=spf1 al -all", "v=spf1 -all:", "v=spf1 mx/-1 -all",
            "v=spf1 redirect=a.test redirect=b.test", "v=spf1 a:%{z} -all", "v=spf1 a:%{d -all", "v=spf1 \u00e4 -all"})
    void refusesWhatReceiversCallAnError(String text) {
        assertThat(SpfRecord.parse(List.of(text))).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void takesNoOtherTextForItsOwn() {
        assertThat(SpfRecord.parse(List.of("google-site-verification=x", "v=spf1 -all")).orThrow().allowsNobody())
                .isTrue();
        assertThat(code("v=spf10 -all")).isEqualTo("spf-record-version");
        assertThat(code("v=spf1; -all")).isEqualTo("spf-record-version");
        assertThat(code("hello")).isEqualTo("spf-record-missing");
        assertThat(code("v=spf1 -all", "v=spf1 mx -all")).isEqualTo("spf-record-repeated");
    }

    @Test
    void endsWhereReceiversStopReading() {
        var record = SpfRecord.parse(List.of("v=spf1 mx ~all a include:late.test")).orThrow();
        assertThat(record.evaluated()).hasSize(2);
        assertThat(record.all()).contains(Qualifier.SOFTFAIL);
        assertThat(SpfTree.next(record)).isEmpty();
        assertThat(record.withAll(Qualifier.FAIL).render()).isEqualTo("v=spf1 mx -all");
    }

    @Test
    void readsAHostileRecordInLinearTimeAndStack() {
        String many = "v=spf1 " + "a ".repeat(20_000) + "-all";
        assertThat(SpfRecord.parse(List.of(many)).orThrow().terms()).hasSize(20_001);
        assertThat(SpfRecord.parse(List.of("v=spf1 a:" + "%{d}".repeat(20_000)))).isNotNull();
        assertThat(SpfRecord.parse(List.of("v=spf1 exists:" + "x".repeat(60_000)))).isNotNull();
        var tree = SpfTree.of("example.test", SpfRecord.parse(List.of(many)).orThrow(), java.util.Map.of());
        assertThat(tree.lookups()).isGreaterThan(SpfTree.MOST_LOOKUPS).isLessThan(100);
    }

    private static String code(String... texts) {
        return SpfRecord.parse(List.of(texts)) instanceof Parsed.Invalid<SpfRecord>(var problems)
                ? problems.stream().map(Problem::code).collect(Collectors.joining(",")) : "valid";
    }
}
