package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.observation.DnsAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpfTreeTest {

    private static final Map<String, DnsAnswer> INTERNET = Map.of(
            "plain.test", found("v=spf1 ip4:192.0.2.1 -all"),
            "three.test", found("v=spf1 mx a:h.test exists:%{i}.h.test ~all"),
            "deeper.test", found("v=spf1 include:three.test include:plain.test -all"),
            "open.test", found("v=spf1 +all"),
            "loop.test", found("v=spf1 include:example.test -all"),
            "itself.test", found("v=spf1 redirect=itself.test"),
            "text.test", found("hello"),
            "twice.test", found("v=spf1 -all", "v=spf1 a -all"),
            "absent.test", new DnsAnswer.Absent("NXDOMAIN"),
            "silent.test", new DnsAnswer.Unknown("SERVFAIL"));

    private static DnsAnswer found(String... texts) {
        return new DnsAnswer.Found(List.of(texts), 300);
    }

    private static SpfTree follow(String record) {
        return SpfTree.of("example.test", SpfRecord.parse(List.of(record)).orThrow(), INTERNET);
    }

    /// RFC 7208 §4.6.4: include, a, mx, ptr, exists and redirect; neither all, ip4, ip6 nor exp.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=spf1 -all                                             | 0",
            "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 exp=e.test -all    | 0",
            "v=spf1 a mx ptr exists:e.test -all                      | 4",
            "v=spf1 -all a mx                                        | 0",
            "v=spf1 include:plain.test -all                          | 1",
            "v=spf1 include:three.test -all                          | 4",
            "v=spf1 include:three.test include:three.test -all       | 8",
            "v=spf1 include:deeper.test -all                         | 6",
            "v=spf1 redirect=deeper.test                             | 6",
            "v=spf1 -all redirect=deeper.test                        | 0",
            "v=spf1 include:%{d}.test -all                           | 1",
            "v=spf1 INCLUDE:Three.TEST. -all                         | 4"})
    void countsWhatCausesALookup(String record, int lookups) {
        assertThat(follow(record).lookups()).isEqualTo(lookups);
        assertThat(follow(record).faults()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=spf1 include:absent.test -all     | no TXT record",
            "v=spf1 redirect=absent.test         | no TXT record",
            "v=spf1 include:text.test -all       | no valid SPF record",
            "v=spf1 include:twice.test -all      | no valid SPF record",
            "v=spf1 include:example.test -all    | a loop",
            "v=spf1 redirect=example.test        | a loop",
            "v=spf1 include:loop.test -all       | a loop",
            "v=spf1 redirect=itself.test         | a loop",
            "v=spf1 include:a..test -all         | can't be asked for"})
    void namesWhatReceiversCallAnError(String record, String words) {
        SpfTree tree = follow(record);
        assertThat(tree.faults()).singleElement().asString().contains(words);
        assertThat(tree.branches().getFirst().faulty()).isTrue();
    }

    @Test
    void doesNotTakeSilenceForAnError() {
        SpfTree tree = follow("v=spf1 include:silent.test include:unasked.test -all");
        assertThat(tree.faults()).isEmpty();
        assertThat(tree.unknown()).containsExactly("silent.test", "unasked.test");
        assertThat(tree.cutShort()).isTrue();
        assertThat(follow("v=spf1 include:plain.test -all").cutShort()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=spf1 all                       | example.test",
            "v=spf1 ip4:0.0.0.0/0 -all        | example.test",
            "v=spf1 ip6:::/0 -all             | example.test",
            "v=spf1 mx/0 -all                 | example.test",
            "v=spf1 a//0 -all                 | example.test",
            "v=spf1 include:open.test -all    | open.test",
            "v=spf1 redirect=open.test        | open.test",
            "v=spf1 -include:open.test -all   | ",
            "v=spf1 ~include:open.test -all   | ",
            "v=spf1 -ip4:0.0.0.0/0 mx -all    | ",
            "v=spf1 ip4:0.0.0.0/1 -all        | ",
            "v=spf1 include:plain.test ?all   | "})
    void findsWhatLetsAnybodyPass(String record, String where) {
        assertThat(follow(record).open()).isEqualTo(where == null ? List.of() : List.of(where));
    }

    @Test
    void saysWhatEachTermComesTo() {
        SpfTree tree = follow("v=spf1 mx include:deeper.test include:open.test include:absent.test -all");
        assertThat(tree.branches()).extracting(branch -> branch.term().render() + " " + branch.lookups() + " "
                + branch.faulty() + " " + branch.open()).containsExactly("mx 1 false false",
                "include:deeper.test 6 false false", "include:open.test 1 false true", "include:absent.test 1 true "
                        + "false",
                "-all 0 false false");
    }

    @Test
    void endsSoonInAHostileForest() {
        // Each record leads to every other, a hundred times over.
        var internet = new HashMap<String, DnsAnswer>();
        String all = IntStream.range(0, 20).mapToObj(i -> "include:t" + i + ".test").collect(Collectors.joining(" "));
        IntStream.range(0, 20).forEach(i -> internet.put("t" + i + ".test", found("v=spf1 " + (all + " ").repeat(100)
                + "-all")));
        SpfTree tree = SpfTree.of("example.test", SpfRecord.parse(List.of("v=spf1 " + (all + " ").repeat(100) + "-all"))
                .orThrow(), internet);
        assertThat(tree.lookups()).isBetween(SpfTree.MOST_LOOKUPS + 1, 100);
        assertThat(tree.cutShort()).isTrue();
        assertThat(tree.branches()).hasSizeLessThan(100);
    }
}
