package dev.postern.ingest.unwrap;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every shape in which a report was seen or may come, one file each in `shapes`, named by what it is. All hold the same
/// report, so what is read is known: without an entry here, one report, and nothing to forgive.
class ShapesTest {

    private static final Path SHAPES = Path.of("src/test/resources/shapes");
    private static final Unwrapper UNWRAPPER = new Unwrapper(UnwrapLimits.DEFAULT);
    private static final TlsReportReader READER = new TlsReportReader(ReportLimits.DEFAULT);

    /// The code of the note that tells what was forgiven.
    private static final Map<String, String> FORGIVEN = Map.ofEntries(
            entry("byte-order-mark.json", "byte-order-mark"),
            entry("utf-16-with-mark.json", "encoding-not-utf-8"),
            entry("utf-16-big-endian-without-mark.json", "encoding-not-utf-8"),
            entry("utf-16-in-octet-stream.eml", "encoding-not-utf-8"),
            entry("latin-1-that-nothing-tells-of.json", "characters-lost"),
            entry("policy-string-of-lines.json", "policy-string-of-lines"),
            entry("policy-string-that-holds-json.json", "policy-string-holds-json"),
            entry("mx-host-as-one-text.json", "mx-host-as-string"),
            entry("mx-host-with-key-case-and-dot.json", "mx-host-with-key"),
            entry("dates-without-zone.json", "date-without-zone"),
            entry("numbers-as-texts.json", "number-as-string"),
            entry("counts-missing.json", "count-missing"),
            entry("summary-missing.json", "count-missing"),
            entry("unknown-result-type.json", "unknown-result-type"),
            entry("unknown-policy-type.json", "unknown-policy-type"),
            entry("failure-details-as-object.json", "failure-details-not-array"),
            entry("failure-details-null.json", "details-missing"),
            entry("policies-as-object.json", "policies-not-array"),
            entry("policies-empty.json", "policies-empty"),
            entry("policy-domain-missing.json", "policy-domain-missing"),
            entry("keys-in-mixed-case.json", "key-case"),
            entry("contact-null-and-organization-missing.json", "organization-name-missing"),
            entry("control-and-turning-characters.json", "control-characters"));
    /// The code of the refusal.
    private static final Map<String, String> REFUSED = Map.ofEntries(
            entry("refused-report-id-missing.json", "report-id-missing"),
            entry("refused-date-range-missing.json", "date-range-missing"),
            entry("refused-policies-missing.json", "policies-missing"),
            entry("refused-sessions-beyond-reason.json", "count-too-large"),
            entry("refused-zip-encrypted.zip", "zip-encrypted"),
            entry("refused-zip-cut-off.zip", "zip-damaged"),
            entry("refused-zip-empty.zip", "zip-empty"),
            entry("refused-zip-in-a-zip.zip", "report-is-zip"),
            entry("refused-zip-of-a-dmarc-report.zip", "report-is-xml"),
            entry("refused-no-report-within.eml", "no-report-in-mail"));
    private static final List<String> TWO = List.of("two-reports.eml", "zip-of-two-reports.eml");

    /// What came of one file.
    private record Outcome(List<TlsReport> reports, List<Problem> notes, List<Problem> problems) {
    }

    private static Outcome read(Path file) throws IOException {
        var outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String name = file.getFileName().toString();
        String type = name.endsWith(".eml") ? "message/rfc822"
                : name.endsWith(".txt") ? "multipart/report; boundary=\"part\"" : "application/octet-stream";
        switch (UNWRAPPER.unwrap(Files.readAllBytes(file), type)) {
            case Parsed.Invalid<List<ReportCandidate>>(var problems) -> outcome.problems().addAll(problems);
            case Parsed.Valid<List<ReportCandidate>>(var candidates, var _) -> {
                for (ReportCandidate candidate : candidates) {
                    switch (READER.read(new ByteArrayInputStream(candidate.bytes()))) {
                        case Parsed.Valid<TlsReport>(var report, var notes) -> {
                            outcome.reports().add(report);
                            outcome.notes().addAll(notes);
                        }
                        case Parsed.Invalid<TlsReport>(var problems) -> outcome.problems().addAll(problems);
                    }
                }
            }
        }
        return outcome;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(SHAPES)) {
            return files.sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> readsIt() throws IOException {
        return files().stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
            String name = file.getFileName().toString();
            Outcome outcome = read(file);
            if (REFUSED.containsKey(name)) {
                assertThat(outcome.reports()).isEmpty();
                assertThat(outcome.problems()).singleElement().satisfies(problem -> {
                    assertThat(problem.code()).startsWith(REFUSED.get(name));
                    assertThat(problem.message()).isNotBlank();
                });
                return;
            }
            assertThat(outcome.problems()).isEmpty();
            assertThat(outcome.reports()).extracting(TlsReport::reportId)
                    .containsExactlyElementsOf(TWO.contains(name) ? List.of("shape", "shape-2") : List.of("shape"));
            if (FORGIVEN.containsKey(name)) {
                assertThat(outcome.notes()).extracting(Problem::code).contains(FORGIVEN.get(name));
            } else {
                assertThat(outcome.notes()).isEmpty();
            }
        }));
    }

    @Test
    void isListedOnlyWhenItIsThere() throws IOException {
        List<String> names = files().stream().map(file -> file.getFileName().toString()).toList();
        assertThat(names).hasSizeGreaterThan(70).containsAll(FORGIVEN.keySet()).containsAll(REFUSED.keySet())
                .containsAll(TWO);
        assertThat(names.stream().filter(name -> name.startsWith("refused-")))
                .containsExactlyInAnyOrderElementsOf(REFUSED.keySet());
    }

    @Test
    void saysTheSameInOtherWords() throws IOException {
        TlsReport plain = read(SHAPES.resolve("bare.json")).reports().getFirst();
        for (String name : List.of("bare.json.gz", "bare.zip", "application-zip.eml", "forwarded-twice.eml",
                "forwarded-in-the-text-quoted.eml", "forwarded-in-the-text-with-broken-lines.eml",
                "utf-16-with-mark.json", "domain-in-mixed-case-with-dot.json", "mx-host-with-key-case-and-dot.json",
                "mx-host-as-one-text.json", "numbers-as-texts.json", "numbers-with-exponent.json",
                "dates-without-zone.json", "dates-with-a-space-and-in-lower-case.json", "policies-as-object.json",
                "failure-details-as-object.json", "policy-string-of-lines.json", "keys-in-mixed-case.json",
                "name-in-rfc-2231-pieces.eml", "base64-with-noise-and-without-padding.eml")) {
            assertThat(read(SHAPES.resolve(name)).reports()).as(name).containsExactly(plain);
        }
        assertThat(read(SHAPES.resolve("policy-string-that-holds-json.json")).reports().getFirst().policies().getFirst()
                .policyStrings()).containsExactly("3 1 1 ab", "2 1 1 cd");
        assertThat(read(SHAPES.resolve("json-in-latin-1.eml")).reports().getFirst().organizationName())
                .isEqualTo("Büro GmbH");
        assertThat(read(SHAPES.resolve("control-and-turning-characters.json")).reports().getFirst().organizationName())
                .isEqualTo("Sender\uFFFD\uFFFD\uFFFDX-Injected: yes\uFFFD.cnI");
    }
}
