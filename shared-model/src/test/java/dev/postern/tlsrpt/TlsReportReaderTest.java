package dev.postern.tlsrpt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TlsReportReaderTest {

    private static final ReportLimits LIMITS = new ReportLimits(1 << 20, 100, 1_000, 4_096, 16, 1_000_000_000_000L);
    private static final TlsReportReader READER = new TlsReportReader(LIMITS);
    private static final String REPORT = """
            {"organization-name": "Sender Inc.",
             "date-range": {"start-datetime": "2026-11-20T00:00:00Z", "end-datetime": "2026-11-20T23:59:59Z"},
             "contact-info": "reports@sender.test", "report-id": "2026-11-20-sender",
             "policies": [{
               "policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: testing"],
                          "policy-domain": "example.test", "mx-host": ["*.mail.example.test"]},
               "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
               "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "2001:db8::1",
                 "receiving-mx-hostname": "mx1.mail.example.test", "failed-session-count": 303}]}]}
            """;

    /// @param note  code of what is forgiven; empty when there is nothing to forgive
    /// @param refusal code of why it is refused; empty when it is read
    private record Case(String title, byte[] bytes, String note, String refusal) {
    }

    private static Case read(String title, UnaryOperator<String> edit, String note) {
        return new Case(title, changed(edit), note, "");
    }

    private static Case refused(String title, UnaryOperator<String> edit, String code) {
        return new Case(title, changed(edit), "", code);
    }

    private static byte[] changed(UnaryOperator<String> edit) {
        String after = edit.apply(REPORT);
        return after.getBytes(UTF_8);
    }

    private static UnaryOperator<String> put(String instead, String of) {
        return report -> {
            assertThat(report).contains(of);
            return report.replace(of, instead);
        };
    }

    private static Stream<Case> cases() {
        return Stream.of(
                read("as the RFC has it", report -> report, ""),
                new Case("gzip", gzip(REPORT.getBytes(UTF_8)), "", ""),
                read("byte order mark", report -> "\uFEFF" + report, "byte-order-mark"),
                read("dates without zone", put("2026-11-20T00:00:00\"", "2026-11-20T00:00:00Z\""), "date-without-zone"),
                read("dates with offset", put("2026-11-20T02:00:00+02:00", "2026-11-20T00:00:00Z"), ""),
                read("no contact", put("", "\"contact-info\": \"reports@sender.test\","), ""),
                read("contact null", put("null", "\"reports@sender.test\""), "contact-info-null"),
                read("no organization", put("", "\"organization-name\": \"Sender Inc.\","), "organization-name-missing"),
                read("numbers as strings", put("\"5326\"", "5326"), "number-as-string"),
                read("mixed case in keys", put("Policy-Type", "policy-type"), "key-case"),
                read("mixed case in names", put("\"Example.TEST.\"", "\"example.test\""), ""),
                read("mx-host as string", put("\"*.mail.example.test\"", "[\"*.mail.example.test\"]"), "mx-host-as-string"),
                read("mx-host with key", put("[\"mx: *.mail.example.test\"]", "[\"*.mail.example.test\"]"),
                        "mx-host-with-key"),
                read("no mx-host", report -> report.replaceAll(",\\s*\"mx-host\": \\[.*?]", ""), ""),
                read("policy-string as string", put("\"version: STSv1\"", "[\"version: STSv1\", \"mode: testing\"]"), ""),
                read("policy-string that holds JSON", put("\"[\\\"version: STSv1\\\"]\"",
                        "[\"version: STSv1\", \"mode: testing\"]"), "policy-string-holds-json"),
                read("unknown policy type", put("\"dane\"", "\"sts\""), "unknown-policy-type"),
                read("unknown result type", put("\"mta-on-fire\"", "\"certificate-expired\""), "unknown-result-type"),
                read("no policy domain", put("", "\"policy-domain\": \"example.test\", "), "policy-domain-missing"),
                read("count missing", put("", ", \"total-failure-session-count\": 303"), "count-missing"),
                read("details exceed the total", put("\"failed-session-count\": 9999",
                        "\"failed-session-count\": 303"), "details-exceed-total"),
                read("empty policies", report -> report.replaceAll("(?s)\"policies\": \\[.*", "\"policies\": []}"),
                        "policies-empty"),
                read("unknown keys", put("\"report-id\": \"x\", \"extension\": {\"a\": [1, {}]}, \"note\"",
                        "\"report-id\""), ""),

                refused("nothing", _ -> "", "report-empty"),
                refused("white space", _ -> " \n ", "report-empty"),
                refused("HTML", _ -> "<html></html>", "report-is-xml"),
                refused("a list", _ -> "[]", "report-not-object"),
                refused("cut off", report -> report.substring(0, 300), "json-syntax"),
                refused("followed by more", report -> report + "{}", "report-trailing-data"),
                refused("no id", put("", ", \"report-id\": \"2026-11-20-sender\""), "report-id-missing"),
                refused("no dates", report -> report.replaceAll("\"date-range\": \\{.*?},", ""), "date-range-missing"),
                refused("no end", put("", ", \"end-datetime\": \"2026-11-20T23:59:59Z\""), "date-range-incomplete"),
                refused("dates reversed", put("2025-11-20T23", "2026-11-20T23"), "date-range-reversed"),
                refused("no date", put("yesterday", "2026-11-20T00:00:00Z"), "date-syntax"),
                refused("no such day", put("2026-02-30T00:00:00Z", "2026-11-20T00:00:00Z"), "date-syntax"),
                refused("year 30000", put("+30000-11-20T23:59:59Z", "2026-11-20T23:59:59Z"), "date-impossible"),
                refused("no policies", report -> report.replaceAll("(?s), *\"policies\": \\[.*|,\\s*\"policies\".*", "}"),
                        "policies-missing"),
                refused("key twice", put("\"report-id\": \"a\", \"report-id\"", "\"report-id\""), "key-repeated"),
                refused("negative count", put("-1", "5326"), "count-negative"),
                refused("fraction", put("1.5", "5326"), "count-fraction"),
                refused("count beyond reason", put("99999999999999999999", "5326"), "count-too-large"),
                refused("count that is no number", put("\"many\"", "5326"), "count-syntax"),
                new Case("ZIP", new byte[]{'P', 'K', 3, 4, 0, 0}, "", "report-is-zip"),
                new Case("gzip twice", gzip(gzip(REPORT.getBytes(UTF_8))), "", "report-gzip-twice"),
                new Case("gzip cut off", cut(gzip(REPORT.getBytes(UTF_8))), "", "gzip-damaged"));
    }

    @TestFactory
    Stream<DynamicTest> readsEveryShapeInTheWild() {
        return cases().map(each -> DynamicTest.dynamicTest(each.title(), () -> {
            Parsed<TlsReport> parsed = READER.read(new ByteArrayInputStream(each.bytes()));
            switch (parsed) {
                case Parsed.Valid<TlsReport>(var report, var notes) -> {
                    assertThat(each.refusal()).as("it was read, with %s", notes).isEmpty();
                    assertThat(report.reportId()).isNotEmpty();
                    if (each.note().isEmpty()) {
                        assertThat(notes).isEmpty();
                    } else {
                        assertThat(notes).extracting(Problem::code).contains(each.note());
                    }
                }
                case Parsed.Invalid<TlsReport>(var problems) -> {
                    assertThat(problems.getFirst().code()).as(problems.toString()).isEqualTo(each.refusal());
                    assertThat(problems.getFirst().message()).isNotBlank();
                }
            }
        }));
    }

    @Test
    void keepsEverythingThatTheReportSays() throws IOException {
        var report = READER.read(new ByteArrayInputStream(REPORT.getBytes(UTF_8))).orThrow();

        assertThat(report).isEqualTo(new TlsReport("Sender Inc.", Optional.of("reports@sender.test"), "2026-11-20-sender",
                Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-20T23:59:59Z"), List.of(new PolicyReport(
                PolicyType.STS, "sts", List.of("version: STSv1", "mode: testing"), Optional.of("example.test"),
                List.of("*.mail.example.test"), OptionalLong.of(5326), OptionalLong.of(303), List.of(new FailureDetail(
                ResultType.CERTIFICATE_EXPIRED, "certificate-expired", Optional.of("2001:db8::1"),
                Optional.of("mx1.mail.example.test"), Optional.empty(), Optional.empty(), OptionalLong.of(303),
                Optional.empty(), Optional.empty()))))));
    }

    @RepeatedTest(200)
    void readsBackWhatTheWriterWrites(RepetitionInfo repetition) throws IOException {
        // The seed is the repetition's number, so that a failure comes again.
        TlsReport report = any(new Random(repetition.getCurrentRepetition()));

        byte[] json = TlsReportWriter.toJson(report);

        assertThat(READER.read(new ByteArrayInputStream(json)).orThrow()).isEqualTo(report);
        assertThat(READER.read(new ByteArrayInputStream(gzip(json))).orThrow()).isEqualTo(report);
    }

    @RepeatedTest(200)
    void neverThrowsWhateverTheBytesAre(RepetitionInfo repetition) throws IOException {
        var random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = REPORT.getBytes(UTF_8);
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        assertThat(READER.read(new ByteArrayInputStream(bytes))).isNotNull();
        assertThat(READER.read(new ByteArrayInputStream(gzip(bytes)))).isNotNull();
    }

    @Test
    void stopsAtItsLimitsAndNamesThem() throws IOException {
        assertRefused(gzip(" ".repeat(64 << 20).getBytes(UTF_8)), "report-too-large", "1048576");
        assertRefused(new Endless("{\"report-id\": \"x\", \"a\": ["), "report-too-large", "1048576");
        assertRefused(("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}").getBytes(UTF_8), "report-limit", "16");
        assertRefused(REPORT.replace("Sender Inc.", "x".repeat(5_000)).getBytes(UTF_8), "report-limit", "");
        String policy = "{\"policy\": {\"policy-type\": \"sts\", \"policy-domain\": \"example.test\"}, \"summary\": {}}";
        assertRefused(policies(String.join(",", Collections.nCopies(101, policy))), "report-limit", "100");
        String details = String.join(",", Collections.nCopies(1_001,
                "{\"result-type\": \"certificate-expired\", \"failed-session-count\": 1}"));
        assertRefused(policies(policy.replace("\"summary\": {}", "\"summary\": {}, \"failure-details\": [" + details + "]")),
                "report-limit", "1000");
    }

    private static byte[] policies(String policies) {
        return REPORT.replaceAll("(?s)\"policies\": \\[.*", "\"policies\": [").concat(policies + "]}").getBytes(UTF_8);
    }

    private static void assertRefused(byte[] bytes, String code, String words) throws IOException {
        assertRefused(new ByteArrayInputStream(bytes), code, words);
    }

    private static void assertRefused(InputStream in, String code, String words) throws IOException {
        assertThat(READER.read(in)).isInstanceOfSatisfying(Parsed.Invalid.class, refused -> {
            assertThat(((Problem) refused.problems().getFirst()).code()).isEqualTo(code);
            assertThat(refused.reason()).contains(words);
        });
    }

    /// Goes on for ever: whoever reads it to the end never returns.
    private static final class Endless extends InputStream {

        private final byte[] start;
        private long at;

        Endless(String start) {
            this.start = start.getBytes(UTF_8);
        }

        @Override
        public int read() {
            return at < start.length ? start[(int) at++] : (at++ - start.length) % 2 == 0 ? '1' : ',';
        }
    }

    private static TlsReport any(Random random) {
        Instant start = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
        return new TlsReport(random.nextInt(5) == 0 ? "" : text(random), maybe(random, text(random)), text(random), start,
                start.plusSeconds(random.nextInt(200_000)), IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> policy(random)).toList());
    }

    private static PolicyReport policy(Random random) {
        PolicyType type = PolicyType.values()[random.nextInt(PolicyType.values().length)];
        return new PolicyReport(type, type == PolicyType.OTHER ? "dane-ish" : type.wire(), texts(random),
                maybe(random, "d" + random.nextInt(100) + ".example.test"), IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> "mx" + i + ".example.test").toList(), count(random), count(random), IntStream.range(0,
                random.nextInt(4)).mapToObj(_ -> failure(random)).toList());
    }

    private static FailureDetail failure(Random random) {
        ResultType type = ResultType.values()[random.nextInt(ResultType.values().length)];
        return new FailureDetail(type, type == ResultType.OTHER ? "on-fire" : type.wire(), maybe(random, "192.0.2.1"),
                maybe(random, "mx" + random.nextInt(9) + ".example.test"), maybe(random, "helo.test"),
                maybe(random, "2001:db8::25"), count(random), maybe(random, text(random)), maybe(random, text(random)));
    }

    private static Optional<String> maybe(Random random, String text) {
        return random.nextBoolean() ? Optional.of(text) : Optional.empty();
    }

    private static OptionalLong count(Random random) {
        return random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(1_000_000));
    }

    private static List<String> texts(Random random) {
        var texts = new ArrayList<String>();
        for (int i = random.nextInt(3); i > 0; i--) {
            texts.add("key" + i + ": value");
        }
        return texts.size() == 1 ? List.of() : texts;
    }

    private static String text(Random random) {
        String alphabet = "abcxyzABC0189 .-_@!\"\\/<>&ÄßЖ漢";
        var text = new StringBuilder("t");
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.append('z').toString();
    }

    private static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException never) {
            throw new IllegalStateException(never);
        }
        return packed.toByteArray();
    }

    private static byte[] cut(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 20);
    }
}
