package dev.postern.ingest.unwrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Samples;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What wants to be larger, deeper or longer than there is room for.
class HostileUnwrapTest {

    private static final Unwrapper UNWRAPPER = new Unwrapper(new UnwrapLimits(5, 20, 3, 2_000_000, 50, 5_000,
            new UnwrapLimits.Zip(5, 3_000_000, 100)));
    private static final TlsReportReader READER =
            new TlsReportReader(new ReportLimits(1_000_000, 10, 100, 1_000, 16, 1_000_000));
    private static final byte[] REPORT = Samples.report("r", "example.com").getBytes(UTF_8);

    private static List<Problem> problems(byte[] received, String type) {
        return switch (UNWRAPPER.unwrap(received, type)) {
            case Parsed.Invalid<List<ReportCandidate>>(var problems) -> problems;
            case Parsed.Valid<List<ReportCandidate>>(var _, var notes) -> notes;
        };
    }

    private static void assertRefused(byte[] received, String type, String... words) {
        assertThat(UNWRAPPER.unwrap(received, type)).isInstanceOf(Parsed.Invalid.class);
        assertThat(problems(received, type).getFirst()).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("mail-limit");
            assertThat(problem.message()).contains(words).contains("the limit");
        });
    }

    private static byte[] mail(String text) {
        return text.replace("\n", "\r\n").getBytes(UTF_8);
    }

    @Test
    void unpacksNoZipBomb() {
        assertRefused(Samples.zip(Map.of("a.json", new byte[2_000_000])), "application/zip", "more than 100 times");
        byte[] noise = new byte[3_000_001];
        new java.util.Random(1).nextBytes(noise);
        assertRefused(Samples.zip(Map.of("a.json", noise)), "application/zip", "more than 3000000 bytes");
        var many = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < 6; i++) {
            many.put(i + ".json", REPORT);
        }
        assertRefused(Samples.zip(many), "application/zip", "more than 5 entries");
        many.remove("0.json");
        assertRefused(Samples.zip(many), "application/zip", "more than 3 reports");
    }

    @Test
    void countsTheArchivesOfOneMailTogether() {
        byte[] noise = new byte[600_000];
        new java.util.Random(1).nextBytes(noise);
        String part = "--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
                + Samples.base64(Samples.zip(Map.of("a.bin", new byte[1_000_000], "b.bin", noise))) + "\n";
        assertRefused(mail("Content-Type: multipart/mixed; boundary=b\n\n" + part + part + "--b--\n"), "message/rfc822",
                "more than 3000000 bytes");
    }

    @Test
    void unpacksNoGzipBombNorOneInAnother() throws IOException {
        assertReaderRefuses(Samples.gzip("[" + "1,".repeat(25_000_000)), "report-not-object");
        assertReaderRefuses(Samples.gzip("{\"a\":[" + "1,".repeat(25_000_000)), "report-too-large");
        assertReaderRefuses(Samples.gzip(" ".repeat(50_000_000)), "report-too-large");
        assertReaderRefuses(Samples.gzip(Samples.gzip(new byte[50_000_000])), "report-gzip-twice");
        byte[] inZip = Samples.zip(Map.of("a.json.gz", Samples.gzip(" ".repeat(50_000_000))));
        assertReaderRefuses(UNWRAPPER.unwrap(inZip, "application/zip").orThrow().getFirst().bytes(), "report-too-large");
    }

    private static void assertReaderRefuses(byte[] candidate, String code) throws IOException {
        assertThat(READER.read(new ByteArrayInputStream(candidate))).isInstanceOfSatisfying(Parsed.Invalid.class,
                refused -> assertThat(((Problem) refused.problems().getFirst()).code()).isEqualTo(code));
    }

    @Test
    void readsNoJsonWithoutEnd() throws IOException {
        assertReaderRefuses(("{\"a\":" + "{\"a\":".repeat(100_000)).getBytes(UTF_8), "report-limit");
        String wide = "{" + "\"k\":1,".repeat(150_000) + "\"report-id\":\"x\"}";
        assertReaderRefuses(wide.getBytes(UTF_8), "date-range-missing");
        String detail = "{\"result-type\":\"x\",\"failed-session-count\":1}";
        String million = "{\"policies\":[{\"failure-details\":[" + (detail + ",").repeat(20_000) + detail + "]}]}";
        assertReaderRefuses(million.getBytes(UTF_8), "report-limit");
        assertReaderRefuses("{\"policies\":[{\"policy\":{\"mx-host\":[%s\"x\"]}}]}".formatted("\"y\",".repeat(1_000))
                .getBytes(UTF_8), "report-limit");
    }

    @Test
    void keepsAReportWhoseNamesAreLongerThanNames() throws IOException {
        String long_ = "x".repeat(900);
        byte[] report = Samples.report("r", "example.com").replace("certificate-expired", long_)
                .replace("\"receiving-mx-hostname\": \"mx.provider.test\"", "\"receiving-mx-hostname\": \"" + long_ + "\"")
                .getBytes(UTF_8);
        switch (READER.read(new ByteArrayInputStream(report))) {
            case Parsed.Valid<TlsReport>(var read, var notes) -> {
                var failure = read.policies().getFirst().failures().getFirst();
                assertThat(failure.typeAsSent()).hasSize(255);
                assertThat(failure.receivingMxHostname().orElseThrow()).hasSize(255);
                assertThat(notes).extracting(Problem::code).contains("text-cut");
            }
            case Parsed.Invalid<TlsReport> refused -> throw new AssertionError(refused.reason());
        }
    }

    @Test
    void namesTheLimitsOfHeaders() {
        assertRefused(mail("X: y\n".repeat(60) + "\n{}"), "message/rfc822", "more than 50 fields");
        assertRefused(mail("X: " + "y".repeat(6_000) + "\n\n{}"), "message/rfc822", "longer than 5000 bytes");
        assertRefused(mail("X: y\n" + " z\n".repeat(3_000) + "\n{}"), "message/rfc822", "longer than 5000 bytes");
        assertRefused(mail("X: y" + "z".repeat(1_900_000)), "message/rfc822", "longer than 5000 bytes");
        String inPart = "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + "X: y\n".repeat(60) + "\n{}\n--b--\n";
        assertRefused(mail(inPart), "message/rfc822", "more than 50 fields");
    }

    @Test
    void readsToTheEndWhereNoBoundaryCloses() {
        var open = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            open.append(i == 0 ? "" : "--b" + (i - 1) + "\n").append("Content-Type: multipart/mixed; boundary=b")
                    .append(i).append("\n\n");
        }
        open.append("--b3\nContent-Type: application/tlsrpt+json\n\n{\"a\":1}");
        assertThat(UNWRAPPER.unwrap(mail(open.toString()), "message/rfc822").orThrow()).singleElement()
                .satisfies(candidate -> assertThat(candidate.bytes()).asString(UTF_8).isEqualTo("{\"a\":1}"));
        String deeper = open.toString().replace("--b3\n", "--b3\nContent-Type: multipart/mixed; boundary=c\n\n--c\n"
                + "Content-Type: multipart/mixed; boundary=d\n\n--d\n");
        assertRefused(mail(deeper), "message/rfc822", "deeper than 5 levels");
        assertRefused(mail("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(30)), "message/rfc822",
                "more than 20 parts");
    }

    @Test
    void keepsTheGoodReportBesideABrokenArchive() {
        byte[] mail = mail("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip\n"
                + "Content-Transfer-Encoding: base64\n\n" + Samples.base64(new byte[]{'P', 'K', 3, 4, 20, 0, 1, 0})
                + "\n--b\nContent-Type: application/tlsrpt+json\n\n{\"a\":1}\n--b--\n");
        assertThat(UNWRAPPER.unwrap(mail, "message/rfc822").orThrow()).hasSize(1);
        assertThat(problems(mail, "message/rfc822")).extracting(Problem::code).containsExactly("zip-encrypted");
    }

    @Test
    void looksForAReportInATextOnlySoLong() {
        String text = "Content-Type: text/plain\n\n\"policies\" \"date-range\" " + "{\"".repeat(400_000);
        assertThat(problems(mail(text), "message/rfc822")).extracting(Problem::code)
                .containsExactly("no-report-in-mail");
    }
}
