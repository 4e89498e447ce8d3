package dev.postern.mtasts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.name.HostName;
import dev.postern.parse.Codes;
import dev.postern.parse.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8461 §3.2. Policies are written with `|` for the line end.
class StsPolicyTest {

    private static final String GOOD = "version: STSv1|mode: enforce|mx: mail.example.com|mx: *.example.net|"
            + "mx: backupmx.example.com|max_age: 604800|";

    @Test
    void theExampleOfTheRfc() {
        var parsed = parse(GOOD);
        assertThat(Codes.notes(parsed)).isEmpty();
        assertThat(parsed.orThrow()).isEqualTo(new StsPolicy(Mode.ENFORCE, 604_800,
                List.of(new MxPattern("mail.example.com"), new MxPattern("*.example.net"),
                        new MxPattern("backupmx.example.com")), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "version: STSv1|mode: testing|mx: a.example.com|max_age: 86400",
            "version:STSv1|mode:testing|mx:a.example.com|max_age:86400|",
            "version:   STSv1 |mode:\ttesting\t|mx: a.example.com  |max_age: 86400 |",
            "max_age: 86400|mx: a.example.com|mode: testing|version: STSv1|",
            "version: STSv1|mode: testing|mx: A.Example.COM|max_age: 0000086400|",
    })
    void theSameInOtherWords(String body) {
        var parsed = parse(body);
        assertThat(Codes.notes(parsed)).isEmpty();
        assertThat(parsed.orThrow()).isEqualTo(new StsPolicy(Mode.TESTING, 86_400,
                List.of(new MxPattern("a.example.com")), Map.of()));
    }

    @Test
    void crlfAndLfMayEndLinesAndTheLastMayLackIt() {
        var expected = parse(GOOD).orThrow();
        assertThat(StsPolicy.parse(GOOD.replace("|", "\r\n").getBytes(UTF_8)).orThrow()).isEqualTo(expected);
        assertThat(StsPolicy.parse(GOOD.replace("|", "\r\n").strip().getBytes(UTF_8)).orThrow()).isEqualTo(expected);
        assertThat(StsPolicy.parse(GOOD.replaceFirst("\\|", "\r\n").replace("|", "\n").getBytes(UTF_8)).orThrow())
                .isEqualTo(expected);
    }

    @Test
    void noneNeedsNoMx() {
        assertThat(parse("version: STSv1|mode: none|max_age: 86400|").orThrow().mx()).isEmpty();
        assertThat(parse("version: STSv1|mode: none|mx: a.example.com|max_age: 86400|").orThrow().mx()).hasSize(1);
    }

    @Test
    void theLongestMaxAge() {
        assertThat(parse("version: STSv1|mode: none|max_age: 31557600|").orThrow().maxAgeSeconds())
                .isEqualTo(StsPolicy.MAX_MAX_AGE_SECONDS);
    }

    @Test
    void unknownKeysAreKept() {
        var policy = parse(GOOD + "x-contact: postmaster, bücher: yes|a.b_c: 1|").orThrow();
        assertThat(policy.extensions()).containsExactly(Map.entry("x-contact", "postmaster, bücher: yes"),
                Map.entry("a.b_c", "1"));
        assertThat(parse(policy.render().replace("\r\n", "|")).orThrow()).isEqualTo(policy);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void whatIsForgivenIsNoted(String body, String... notes) {
        assertThat(Codes.notes(parse(body))).containsExactly(notes);
    }

    static Stream<Arguments> whatIsForgivenIsNoted() {
        return Stream.of(
                noted(GOOD + "|", "policy-blank-line"),
                noted(GOOD + "| ||", "policy-blank-line"),
                noted(GOOD + "mode: testing|", "policy-key-repeated"),
                noted(GOOD + "max_age: 1|version: STSv2|", "policy-key-repeated", "policy-key-repeated"),
                noted(GOOD.replace("604800", "0"), "max-age-zero"),
                noted(GOOD + "mx: MAIL.example.com|", "mx-repeated"));
    }

    @Test
    void ofARepeatedKeyTheFirstCounts() {
        var policy = parse(GOOD + "mode: testing|max_age: 1|").orThrow();
        assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(policy.maxAgeSeconds()).isEqualTo(604_800);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void whatIsRefusedAndWhy(String body, String... codes) {
        assertThat(Codes.problems(parse(body))).containsExactlyInAnyOrder(codes);
    }

    static Stream<Arguments> whatIsRefusedAndWhy() {
        return Stream.of(
                refused("", "policy-empty"),
                refused("| |", "policy-empty"),
                refused("\uFEFF" + GOOD, "policy-bom"),
                refused("<!DOCTYPE html>|<html>", "policy-html"),
                refused("| <html>", "policy-html"),
                refused(GOOD.replace("|", "\r"), "policy-cr-line-ends"),
                refused(GOOD.replace("mode", "mo\rde"), "mode-missing", "policy-cr-line-ends"),
                refused(GOOD.replace("enforce", "enforce\u0000"), "policy-control-character", "mode-missing"),
                refused(GOOD.replace("version: STSv1|", ""), "version-missing"),
                refused(GOOD.replace("version", "Version"), "version-missing"),
                refused(GOOD.replace("STSv1", "STSv2"), "version-unknown"),
                refused(GOOD.replace("STSv1", "stsv1"), "version-unknown"),
                refused(GOOD.replace("STSv1", "STSv1;"), "version-unknown"),
                refused(GOOD.replace("mode: enforce|", ""), "mode-missing"),
                refused(GOOD.replace("enforce", "report"), "mode-unknown"),
                refused(GOOD.replace("enforce", ""), "mode-unknown"),
                refused(GOOD.replace("enforce", "Enforce"), "mode-case"),
                refused(GOOD.replace("max_age: 604800|", ""), "max-age-missing"),
                refused(GOOD.replace("max_age", "max-age"), "max-age-missing"),
                refused(GOOD.replace("604800", ""), "max-age-syntax"),
                refused(GOOD.replace("604800", "1 week"), "max-age-syntax"),
                refused(GOOD.replace("604800", "-1"), "max-age-syntax"),
                refused(GOOD.replace("604800", "6.5"), "max-age-syntax"),
                refused(GOOD.replace("604800", "٣"), "max-age-syntax"),
                refused(GOOD.replace("604800", "00000604800"), "max-age-too-long"),
                refused(GOOD.replace("604800", "99999999999999999999"), "max-age-too-long"),
                refused(GOOD.replace("604800", "31557601"), "max-age-too-large"),
                refused(GOOD.replace("604800", "9999999999"), "max-age-too-large"),
                refused("version: STSv1|mode: testing|max_age: 1|", "mx-missing"),
                refused("version: STSv1|mode: enforce|max_age: 1|", "mx-missing"),
                refused(GOOD.replace("*.example.net", ""), "mx-empty"),
                refused(GOOD.replace("*.example.net", "*"), "mx-wildcard-misplaced"),
                refused(GOOD.replace("*.example.net", "*.*.example.net"), "mx-wildcard-misplaced"),
                refused(GOOD.replace("*.example.net", "bücher.example"), "mx-not-ascii"),
                refused(GOOD.replace("*.example.net", "192.0.2.1"), "mx-is-ip"),
                refused(GOOD.replace("*.example.net", "mx.example.net."), "mx-trailing-dot"),
                refused(GOOD.replace("*.example.net", "a.example.net, b.example.net"), "mx-syntax"),
                refused(GOOD + "just words|", "policy-line"),
                refused(GOOD.replace("mode:", "mode :"), "policy-key-spaces", "mode-missing"),
                refused(GOOD.replace("mode:", " mode:"), "policy-key-spaces", "mode-missing"),
                refused(GOOD + "schlüssel: 1|", "policy-key"),
                refused(GOOD + ": 1|", "policy-key"),
                refused(GOOD + "_a: 1|", "policy-key"),
                refused(GOOD + "a".repeat(33) + ": 1|", "policy-key"),
                refused(GOOD + "x:|", "policy-extension-value"),
                refused("mode: on|max_age: soon|mx: *|", "version-missing", "mode-unknown", "max-age-syntax",
                        "mx-wildcard-misplaced"));
    }

    @Test
    void bytesThatAreNoUtf8() {
        assertThat(Codes.problems(StsPolicy.parse((GOOD + "x: bücher|").replace("|", "\n").getBytes(ISO_8859_1))))
                .containsExactly("policy-not-utf8");
        assertThat(Codes.problems(StsPolicy.parse(GOOD.replace("|", "\n").getBytes(UTF_16))))
                .containsExactly("policy-not-utf8");
    }

    @Test
    void sixtyFourKibibytesAreReadAndNotOneMore() {
        String body = GOOD.replace("|", "\n") + "x: ";
        String full = body + "y".repeat(StsPolicy.MAX_BODY_BYTES - body.length());
        assertThat(StsPolicy.parse(full.getBytes(UTF_8)).asOptional()).isPresent();
        assertThat(Codes.problems(StsPolicy.parse((full + "y").getBytes(UTF_8)))).containsExactly("policy-too-large");
    }

    @Test
    void aFileThatIsWrongInEveryLineYieldsAFewProblems() {
        var body = new StringBuilder(GOOD);
        for (int i = 0; i < 5_000; i++) {
            body.append("line ").append(i).append('|');
        }
        assertThat(Codes.problems(parse(body.toString()))).hasSize(20).containsOnly("policy-line");
    }

    @Test
    void messagesQuoteAStrangersWordsHarmlessly() {
        var parsed = (Parsed.Invalid<StsPolicy>) parse(GOOD.replace("enforce", "\u202E" + "x".repeat(500)));
        assertThat(parsed.reason()).doesNotContain("\u202E").hasSizeLessThan(250);
    }

    @Test
    void randomBytesNeverThrow() {
        var random = new Random(8461);
        byte[] good = GOOD.replace("|", "\r\n").getBytes(UTF_8);
        for (int i = 0; i < 2_000; i++) {
            byte[] body = good.clone();
            for (int j = random.nextInt(8); j >= 0; j--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> StsPolicy.parse(body)).doesNotThrowAnyException();
        }
    }

    @Test
    void rendersWithCrlf() {
        var policy = parse(GOOD).orThrow();
        assertThat(policy.render()).isEqualTo(GOOD.replace("|", "\r\n"));
        assertThat(StsPolicy.parse(policy.render().getBytes(UTF_8)).orThrow()).isEqualTo(policy);
    }

    @Test
    void coverageTellsWhatSendersWouldRefuseAndWhatIsLeftOver() {
        var policy = parse(GOOD).orThrow();
        var covered = new HostName("mail.example.com");
        var uncovered = new HostName("mx.other.example");
        assertThat(policy.covers(covered)).isTrue();
        assertThat(policy.covers(uncovered)).isFalse();
        var coverage = policy.coverage(List.of(covered, uncovered, new HostName("a.example.net")));
        assertThat(coverage.uncovered()).containsExactly(uncovered);
        assertThat(coverage.unused()).containsExactly(new MxPattern("backupmx.example.com"));
    }

    @Test
    void noRecordExistsForWhatCouldNotBeServed() {
        var mx = List.of(new MxPattern("mail.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsPolicy(Mode.ENFORCE, 1, List.of(), Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsPolicy(Mode.TESTING, -1, mx, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(
                () -> new StsPolicy(Mode.TESTING, StsPolicy.MAX_MAX_AGE_SECONDS + 1, mx, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(
                () -> new StsPolicy(Mode.TESTING, 1, mx, Map.of("x", "1\r\nmode: enforce")));
        assertThatIllegalArgumentException().isThrownBy(() -> new StsPolicy(Mode.TESTING, 1, mx, Map.of("mode", "x")));
    }

    private static Parsed<StsPolicy> parse(String body) {
        return StsPolicy.parse(body.replace("|", "\n").getBytes(UTF_8));
    }

    private static Arguments noted(String body, String... notes) {
        return Arguments.of(body, notes);
    }

    private static Arguments refused(String body, String... codes) {
        return Arguments.of(body, codes);
    }
}
