package dev.postern.probe.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final List<Evidence> EVIDENCE = List.of(new Evidence("MX a.example", "mx.a.example", AT));
    /// Clears the screen, in the form with seven and in that with eight bits, and turns the writing direction.
    private static final String HOSTILE = "a\u001b[2Jb\u009b2Jc\u202Ed\u0007\u007f\r\nok   all is well";

    @Test
    void stagesComeInTheOrderOfARolloutAndCountsLast() {
        String text = text(false,
                Finding.unknown(Check.MX_STARTTLS, "It could not be told.", "", List.of()),
                Finding.fail(Check.MX_RECORDS, "There is no MX.", "Publish one.", EVIDENCE),
                Finding.pass(Check.SPF_RECORD, "It is there.", EVIDENCE),
                Finding.warn(Check.STS_MAX_AGE, "It is short.", "Make it longer.", EVIDENCE));
        assertThat(text).isEqualTo("""
                a.example, seen from fra1 (Frankfurt) at 2026-03-01T10:00:00Z

                Set-up
                FAIL Mail servers found
                     There is no MX.
                     → Publish one.

                Testing
                warn max_age fits
                     It is short.
                     → Make it longer.

                Enforcement
                 ?   Every MX offers STARTTLS
                     It could not be told.

                Layers below
                ok   SPF record
                     It is there.

                1 ok, 1 warn, 1 FAIL, 1 unknown
                """);
    }

    @Test
    void noLineIsLongerThanAHundredAndNoWordIsLost() {
        String key = "v=DKIM1;p=" + "k".repeat(400);
        String text = text(false, Finding.fail(Check.DKIM_KEYS, "A word ".repeat(60) + "end.", "Publish " + key
                + " 𝕏 now.", EVIDENCE));
        assertThat(text.lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 100);
        assertThat(text.replaceAll("\\s", "")).contains("Aword".repeat(60) + "end.→Publish" + key + "𝕏now.");
    }

    @Test
    void coloursAreThereOnlyWhenAskedFor() {
        var finding = Finding.fail(Check.MX_RECORDS, "There is no MX.", "Publish one.", EVIDENCE);
        assertThat(text(false, finding)).doesNotContain("\u001b");
        assertThat(text(true, finding)).contains("\u001b[1;31mFAIL\u001b[0m");
        assertThat(text(true, finding).replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(text(false, finding));
    }

    @Test
    void strangersCanNotCommandTheTerminal() {
        var finding = Finding.fail(Check.MX_REACHABLE, HOSTILE, HOSTILE, EVIDENCE);
        assertThat(text(false, finding)).matches("[\\x20-\\x7E\\n→\\uFFFD]*").doesNotContainPattern("(?m)^ok")
                .contains("a\uFFFD[2Jb\uFFFD2Jc\uFFFDd");
        assertThat(text(true, finding).replaceAll("\u001b\\[[0-9;]*m", "")).doesNotContain("\u001b");
    }

    private static String text(boolean colours, Finding... findings) {
        return new TextReport(colours).of(report(findings));
    }

    private static Report report(Finding... findings) {
        return new Report(new DomainName("a.example"), AT, new Vantage("fra1", "Frankfurt"), List.of(findings));
    }
}
