package dev.postern.probe.command;

import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import dev.postern.stream.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The report for programs. Names and values of its fields are stable; further fields may come.
///
/// @param domain   in A-labels
/// @param vantage  the name of where it was looked from
/// @param findings one for each check, in the catalogue's order
/// @param counts   how many checks came to each verdict
public record JsonReport(String domain, Instant at, String vantage, List<Entry> findings, Map<Verdict, Long> counts) {

    /// @param check    the check's stable id
    /// @param need     what the step to enforce makes of the check
    /// @param fix      what to do; empty when there is nothing to do
    /// @param evidence what the verdict rests on
    public record Entry(String check, Stage stage, Check.Need need, Verdict verdict, String title, String message,
                        String fix, List<Evidence> evidence) {
    }

    static JsonReport of(Report report) {
        return new JsonReport(report.domain().ascii(), report.at(), report.vantage().name(),
                report.findings().stream().map(JsonReport::entry).toList(), DomainChecks.count(report.findings()));
    }

    /// One document in one line, with a line feed.
    public static String text(Report report) {
        return Printable.json(Json.text(of(report))) + "\n";
    }

    private static Entry entry(Finding finding) {
        Check check = finding.check();
        return new Entry(check.id(), check.stage(), check.need(), finding.verdict(), check.title(), finding.message(),
                finding.fix(), finding.evidence());
    }
}
