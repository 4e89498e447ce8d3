package dev.postern.probe.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.probe.CheckCommand;
import dev.postern.testbed.SmallInternet;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command as a shell runs it, in a small internet.
class CheckCommandTest {

    private static SmallInternet internet;

    @BeforeAll
    static void start() {
        internet = SmallInternet.start();
    }

    @AfterAll
    static void stop() {
        internet.close();
    }

    @Test
    void aHealthyDomainEndsWithNought() {
        internet.domain("healthy.test");
        var ran = run("healthy.test");
        assertThat(ran.code()).as(ran.out()).isEqualTo(ExitCode.GOOD);
        assertThat(ran.out()).startsWith("healthy.test, seen from here at ")
                .contains("\nok   Every MX offers STARTTLS\n")
                .containsPattern("\\n\\d+ ok, \\d+ warn, \\d+ FAIL, \\d+ unknown\\n$").doesNotContain("\u001b");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void aBrokenDomainEndsWithOneAndSaysWhatToDo() {
        internet.domain("broken.test");
        internet.mx("mx.broken.test").noStartTls();
        var ran = run("broken.test");
        assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ran.out()).containsPattern("(?s)\\nFAIL Every MX offers STARTTLS\\n"
                + " {5}.*?\\n {5}→ Turn on STARTTLS");
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void whatCanNotBeToldEndsWithThree() {
        internet.domain("silent.test");
        internet.mx("mx.silent.test").silent();
        assertThat(run("silent.test").code()).isEqualTo(ExitCode.UNKNOWN);
    }

    @Test
    void aSelectorIsAsked() {
        internet.domain("signing.test").also(dns -> dns.txt("mine._domainkey.signing.test", "v=DKIM1; p=broken!"));
        var findings = json(run("signing.test", "--json", "--selector", "mine").out()).get("findings");
        assertThat(of(findings, Check.DKIM_KEYS).get("verdict").asString()).isEqualTo(Verdict.FAIL.name());
    }

    @Test
    void wrongArgumentsEndWithTwoAndTheUsage() {
        for (var words : List.of(List.<String>of(), List.of("not a domain"), List.of("a.test", "--what"),
                List.of("com"), List.of("a.test", "b.test"))) {
            var ran = run(words.toArray(String[]::new));
            assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).startsWith("postern: ").contains("./postern check DOMAIN");
        }
    }

    @Test
    void aWrongSettingEndsWithTwoAndItsName() {
        var ran = run(Map.of("POSTERN_MX_TIMEOUT", "soon"), false, "healthy.test");
        assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err()).contains("POSTERN_MX_TIMEOUT", "'soon'");
    }

    @Test
    void helpNamesEveryCodeItEndsWith() {
        var ran = run("--help");
        assertThat(ran.code()).isEqualTo(ExitCode.GOOD);
        assertThat(ran.out().lines().map(String::strip)).containsAll(Stream.of(ExitCode.values())
                .map(code -> "%-2d  %s".formatted(code.number(), code.meaning())).toList());
    }

    @Test
    void jsonIsOneDocumentWithEverythingInIt() {
        internet.domain("json.test");
        var ran = run("json.test", "--json");
        JsonNode document = json(ran.out());
        assertThat(document.propertyNames()).containsExactlyInAnyOrder("domain", "at", "vantage", "findings", "counts");
        assertThat(document.get("domain").asString()).isEqualTo("json.test");
        assertThat(document.get("vantage").asString()).isEqualTo("here");
        var finding = of(document.get("findings"), Check.MX_RECORDS);
        assertThat(finding.propertyNames()).containsExactlyInAnyOrder("check", "stage", "need", "verdict", "title",
                "message", "fix", "evidence");
        assertThat(finding.get("stage").asString()).isEqualTo("SETUP");
        assertThat(finding.get("need").asString()).isEqualTo("REQUIRED");
        assertThat(finding.get("verdict").asString()).isEqualTo("PASS");
        assertThat(finding.get("evidence").get(0).get("asked").asString()).isEqualTo("MX json.test");
        assertThat(finding.get("evidence").get(0).get("answered").asString()).contains("mx.json.test");
        assertThat(finding.get("evidence").get(0).get("at").asString()).endsWith("Z");
        long counted = Stream.of(Verdict.values()).mapToLong(each -> document.get("counts").get(each.name()).asLong())
                .sum();
        assertThat(counted).isEqualTo(document.get("findings").size());
    }

    @Test
    void aGreetingCanNotCommandTheTerminal() {
        internet.domain("hostile.test");
        internet.mx("mx.hostile.test").greeting(554, "go\u001b[2J\u001b]0;owned\u0007 away");
        for (boolean terminal : List.of(false, true)) {
            var ran = run(Map.of(), terminal, "hostile.test");
            assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
            assertThat(ran.out()).contains("[2J", "owned");
            assertThat(withoutOurColours(ran.out()).replace("\n", "").chars()).noneMatch(Character::isISOControl);
        }
        var json = run("hostile.test", "--json").out();
        assertThat(json.strip().chars()).noneMatch(Character::isISOControl);
        assertThat(json(json).get("domain").asString()).isEqualTo("hostile.test");
    }

    @Test
    void progressGoesToTheOtherStreamAndIsGoneInTheEnd() {
        internet.domain("progress.test");
        var ran = run(Map.of(), true, "progress.test");
        assertThat(ran.err()).contains("MX mx.progress.test").endsWith("\r\u001b[K");
        assertThat(ran.out()).contains("\u001b[32mok  \u001b[0m");
        assertThat(run(Map.of("NO_COLOR", "1"), true, "progress.test").out()).doesNotContain("\u001b");
    }

    private static String withoutOurColours(String text) {
        return text.replaceAll("\u001b\\[(0|1|2|32|33|1;31)m", "");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static JsonNode of(JsonNode findings, Check check) {
        return findings.valueStream().filter(each -> each.get("check").asString().equals(check.id())).findFirst()
                .orElseThrow();
    }

    private record Ran(ExitCode code, String out, String err) {
    }

    private static Ran run(String... words) {
        return run(Map.of(), false, words);
    }

    /// @param terminal whether both streams are one
    private static Ran run(Map<String, String> further, boolean terminal, String... words) {
        var environment = new HashMap<>(internet.environment());
        environment.put("POSTERN_VANTAGE", "here");
        environment.put("POSTERN_MX_TIMEOUT", "4");
        environment.putAll(further);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var code = new CheckCommand(environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8),
                terminal, terminal).run(List.of(words));
        return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
