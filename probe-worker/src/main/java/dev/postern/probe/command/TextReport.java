package dev.postern.probe.command;

import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import java.util.List;
import java.util.Locale;

/// The report for people: by stage, each check with a mark, what is and what to do.
public final class TextReport {

    private static final int WIDTH = 100;
    /// As wide as a mark and the space behind it, so that all texts stand below each other.
    private static final String INDENT = " ".repeat(5);
    /// The order in which a rollout meets them; what stands by itself comes last.
    private static final List<Stage> ORDER = List.of(Stage.SETUP, Stage.TESTING, Stage.ENFORCEMENT, Stage.FOUNDATION);

    private final Ink ink;

    /// @param colours whether the reader's terminal shows them
    public TextReport(boolean colours) {
        this.ink = new Ink(colours);
    }

    /// The whole text, each line ended by a line feed.
    public String of(Report report) {
        var text = new StringBuilder();
        line(text, ink.bold(Printable.of(report.domain().unicode())) + ", seen from "
                + Printable.of(report.vantage().toString()) + " at " + report.at());
        for (Stage stage : ORDER) {
            var its = report.findings().stream().filter(finding -> finding.check().stage() == stage).toList();
            if (!its.isEmpty()) {
                line(text, "");
                line(text, ink.bold(stage.title()));
                its.forEach(finding -> add(text, finding));
            }
        }
        line(text, "");
        line(text, counts(report.findings()));
        return text.toString();
    }

    private void add(StringBuilder text, Finding finding) {
        line(text, mark(finding.verdict()) + " " + ink.bold(finding.check().title()));
        paragraph(text, "", finding.message());
        paragraph(text, "→ ", finding.fix());
    }

    private static void paragraph(StringBuilder text, String sign, String words) {
        String shown = Printable.of(words);
        if (shown.isBlank()) {
            return;
        }
        String before = INDENT + sign;
        for (String each : Wrapping.lines(shown, WIDTH - before.length())) {
            line(text, before + each);
            before = " ".repeat(before.length());
        }
    }

    private String mark(Verdict verdict) {
        return switch (verdict) {
            case PASS -> ink.green("ok  ");
            case WARN -> ink.yellow("warn");
            case FAIL -> ink.red("FAIL");
            case UNKNOWN -> ink.dim(" ?  ");
        };
    }

    private static String counts(List<Finding> findings) {
        var counts = DomainChecks.count(findings);
        return String.format(Locale.ROOT, "%d ok, %d warn, %d FAIL, %d unknown", counts.get(Verdict.PASS),
                counts.get(Verdict.WARN), counts.get(Verdict.FAIL), counts.get(Verdict.UNKNOWN));
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
