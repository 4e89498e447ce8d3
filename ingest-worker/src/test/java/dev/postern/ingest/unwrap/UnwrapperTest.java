package dev.postern.ingest.unwrap;

import static dev.postern.ingest.Samples.base64;
import static dev.postern.ingest.Samples.gzip;
import static dev.postern.ingest.Samples.mail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Samples;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way of wrapping a report that was seen, and what is no report.
class UnwrapperTest {

    private static final String JSON = Samples.report("r1", "example.com").strip();
    private static final Unwrapper UNWRAPPER = new Unwrapper(new UnwrapLimits(4, 20, 3, 1_000_000, 50, 5_000,
            new UnwrapLimits.Zip(5, 2_000_000, 100)));
    private static final String MIXED = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

    static Stream<Arguments> plain() {
        return Stream.of(
                Arguments.of("as the RFC wants it", mail("Content-Type: application/tlsrpt+json", JSON)),
                Arguments.of("application/tlsrpt", mail("Content-Type: application/tlsrpt", JSON)),
                Arguments.of("gzip that is plain JSON", mail("Content-Type: application/tlsrpt+gzip", JSON)),
                Arguments.of("octet-stream", mail("Content-Type: application/octet-stream", JSON)),
                Arguments.of("quoted-printable", mail("""
                        Content-Type: application/tlsrpt+json
                        Content-Transfer-Encoding: quoted-printable""", JSON.replace("=", "=3D")
                        .replace("\"organization", "=22organ=\nization"))),
                Arguments.of("text for people that is the report", mail("Content-Type: text/plain", JSON)),
                Arguments.of("folded header", mail("Content-Type: application/tlsrpt+json;\n name=\"a.json\"", JSON)));
    }

    static Stream<Arguments> packed() {
        String body = base64(gzip(JSON));
        return Stream.of(
                Arguments.of("as the RFC wants it", mail(JSON)),
                Arguments.of("JSON that is gzip", part("application/tlsrpt+json", "", body)),
                Arguments.of("application/gzip", part("application/gzip", "", body)),
                Arguments.of("application/zip", part("application/zip", "; filename=a.json.gz", body)),
                Arguments.of("name only", part("application/octet-stream",
                        "; filename=\"s.test!example.com!1!2.json.gz\"", body)),
                Arguments.of("no type at all", mail("Content-Transfer-Encoding: base64", body)),
                Arguments.of("base64 with noise", part("application/tlsrpt+gzip", "",
                        body.replaceFirst("\r\n", " \t!\r\n\r\n"))),
                Arguments.of("base64 without padding", part("application/tlsrpt+gzip", "", body.replace("=", ""))),
                Arguments.of("base64 that the header does not tell of",
                        mail("Content-Type: application/tlsrpt+gzip", body)));
    }

    private static String part(String type, String disposition, String body) {
        return mail("Content-Type: " + type + "\nContent-Disposition: attachment" + disposition
                + "\nContent-Transfer-Encoding: base64", body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plain")
    void takesPlainReportsOut(String what, String mail) {
        assertThat(reports(mail)).singleElement()
                .satisfies(bytes -> assertThat(new String(bytes, UTF_8).replace("\r\n", "\n").strip()).isEqualTo(JSON));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packed")
    void takesPackedReportsOut(String what, String mail) {
        assertThat(reports(mail)).singleElement().isEqualTo(gzip(JSON));
    }

    @Test
    void readsBase64UpToItsEndWhateverFollows() {
        byte[] content = "{\"a\": 1}".getBytes(UTF_8);
        assertThat(base64(content)).endsWith("=");
        assertThat(reports(part("application/tlsrpt+json", "", base64(content) + "\r\n____\r\nlist footer")))
                .singleElement().isEqualTo(content);
        assertThat(reports(part("application/tlsrpt+json", "", base64(content).replace("=", "") + "\r\n")))
                .singleElement().isEqualTo(content);
    }

    @Test
    void takesAReportThatIsTheWholeMail() {
        String mail = "Subject: x\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + base64(gzip(JSON));
        assertThat(reports(mail)).singleElement().isEqualTo(gzip(JSON));
    }

    @Test
    void passesOverHtmlAndEmptyParts() {
        String mail = """
                Subject: Report Domain: example.com\r
                \tSubmitter: sender.test Report-ID: not-in-brackets\r
                Content-Type: multipart/report; report-type=tlsrpt; boundary=b\r
                \r
                --b\r
                Content-Type: text/html\r
                \r
                { <b>TLS</b> "policies" }\r
                --b\r
                Content-Type: application/tlsrpt+gzip\r
                Content-Transfer-Encoding: base64\r
                \r
                %s\r
                --b\r
                Content-Type: application/tlsrpt+json; name=empty.json\r
                \r
                \r
                --b--\r
                """.formatted(base64(gzip(JSON)));
        assertThat(reports(mail)).singleElement().isEqualTo(gzip(JSON));
    }

    @Test
    void looksIntoForwardedMails() {
        assertThat(reports(mail("Content-Type: message/rfc822", withBoundary("inner", mail(JSON))))).singleElement()
                .isEqualTo(gzip(JSON));
        assertThat(reports(mail("""
                Content-Type: application/octet-stream; name=forwarded.eml
                Content-Transfer-Encoding: base64""", base64(mail(JSON).getBytes(UTF_8))))).singleElement()
                .isEqualTo(gzip(JSON));
    }

    @Test
    void takesSeveralReportsInOrder() {
        String two = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/tlsrpt+json\r\n"
                + "\r\n{\"a\":1}\r\n--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n{\"b\":2}\r\n--b--\r\n";
        assertThat(reports(two)).extracting(bytes -> new String(bytes, UTF_8))
                .containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @Test
    void readsAMailCutShort() {
        String cut = mail("Content-Type: application/tlsrpt+json", JSON);
        assertThat(reports(cut.substring(0, cut.lastIndexOf("--part--")))).hasSize(1);
    }

    @Test
    void handsOnWhatIsDeclaredAReportSoThatItsReasonIsTold() {
        byte[] xml = "<feedback/>".getBytes(UTF_8);
        assertThat(reports(part("application/zip", "", base64(Samples.zip(Map.of("dmarc.xml", xml)))))).singleElement()
                .isEqualTo(xml);
        assertThat(reports(mail("Content-Type: application/tlsrpt+json", "oops"))).hasSize(1);
        assertThat(reports(mail("Content-Type: application/tlsrpt+json", ""))).singleElement()
                .satisfies(bytes -> assertThat(new String(bytes, UTF_8)).isBlank());
    }

    @Test
    void saysWhatAMailWithoutReportHolds() {
        assertThat(problem(mail("Content-Type: image/png", "x"))).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("no-report-in-mail");
            assertThat(problem.message()).contains("image/png", "text/plain");
        });
        assertThat(problem("").code()).isEqualTo("no-report-in-mail");
        assertThat(problem("Subject: hello\r\n\r\nhow are you {?\r\n").code()).isEqualTo("no-report-in-mail");
    }

    @Test
    void namesTheLimits() {
        String deep = mail(JSON);
        for (int i = 0; i < 5; i++) {
            deep = mail("Content-Type: message/rfc822", withBoundary("p" + i, deep));
        }
        assertThat(problem(deep).message()).contains("deeper than 4");
        String part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
        assertThat(problem(MIXED + part.repeat(21) + "--b--\r\n").message())
                .contains("more than 20 parts");
        String report = "--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n{}\r\n";
        assertThat(problem(MIXED + report.repeat(4) + "--b--\r\n").message())
                .contains("more than 3 reports");
        assertThat(problem(mail("Content-Type: text/plain", "x".repeat(1_000_001))).message())
                .contains("more than 1000000 bytes");
    }

    @Test
    void takesABareBodyAsItIs() {
        byte[] report = gzip(JSON);
        for (String type : List.of("application/tlsrpt+gzip", "", "text/plain", "nonsense")) {
            assertThat(UNWRAPPER.unwrap(report, type).orThrow()).singleElement()
                    .satisfies(candidate -> assertThat(candidate.bytes()).isSameAs(report));
        }
        byte[] parts = ("--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n{\"a\":1}\r\n--b--\r\n").getBytes(UTF_8);
        assertThat(UNWRAPPER.unwrap(parts, "multipart/report; boundary=\"b\"").orThrow()).singleElement()
                .satisfies(candidate -> assertThat(candidate.bytes()).asString(UTF_8).isEqualTo("{\"a\":1}"));
    }

    private static String withBoundary(String boundary, String mail) {
        return mail.replace("--part", "--" + boundary).replace("\"part\"", "\"" + boundary + "\"");
    }

    private static List<byte[]> reports(String mail) {
        return UNWRAPPER.unwrap(mail.getBytes(UTF_8), "message/rfc822").orThrow().stream().map(ReportCandidate::bytes)
                .toList();
    }

    private static Problem problem(String mail) {
        return switch (UNWRAPPER.unwrap(mail.getBytes(UTF_8), "message/rfc822")) {
            case Parsed.Invalid<List<ReportCandidate>>(var problems) -> problems.getFirst();
            case Parsed.Valid<List<ReportCandidate>> valid -> throw new AssertionError("found " + valid.value());
        };
    }
}
