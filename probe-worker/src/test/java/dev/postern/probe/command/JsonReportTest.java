package dev.postern.probe.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import dev.postern.stream.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReportTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    /// Commands to a terminal with seven bits and with eight, a turn of the writing direction, and line ends.
    private static final String HOSTILE = "a\u001b[2Jb\u009b2Jc\u202Ed\u0007\u007f\u2028\r\nok";

    @Test
    void jsonSaysTheSameBytesAndNothingATerminalObeys() {
        var report = new Report(new DomainName("a.example"), AT, new Vantage("fra1", "Frankfurt"), List.of(
                Finding.fail(Check.MX_REACHABLE, HOSTILE, "", List.of(new Evidence("q", HOSTILE + "😀", AT)))));
        String json = JsonReport.text(report);
        assertThat(json.strip().codePoints()).allMatch(point -> point >= ' ' && point != 0x7f
                && !(point >= 0x80 && point <= 0x9f) && point != 0x202e);
        assertThat(Json.read(json, JsonReport.class)).isEqualTo(JsonReport.of(report)).satisfies(read -> {
            assertThat(read.findings().getFirst().evidence().getFirst().answered()).isEqualTo(HOSTILE + "😀");
            assertThat(read.counts()).isEqualTo(Map.of(Verdict.PASS, 0L, Verdict.WARN, 0L, Verdict.FAIL, 1L,
                    Verdict.UNKNOWN, 0L));
        });
    }
}
