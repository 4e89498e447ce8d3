package dev.postern.ingest.unwrap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Samples;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import dev.postern.tlsrpt.TlsReportWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Any report, written by the model and wrapped in any of the wrappings, any of them in another, reads back equal.
class WrappingsTest {

    private static final Unwrapper UNWRAPPER = new Unwrapper(UnwrapLimits.DEFAULT);
    private static final TlsReportReader READER = new TlsReportReader(ReportLimits.DEFAULT);

    /// What a part of a mail holds, in one byte a character, and how that is called.
    private record Content(String type, byte[] bytes, String name) {
    }

    @RepeatedTest(value = 400, name = "seed {currentRepetition}")
    void readsBackWhateverItIsWrappedIn(RepetitionInfo repetition) throws IOException {
        var random = new Random(repetition.getCurrentRepetition());
        List<TlsReport> reports = IntStream.rangeClosed(1, 1 + random.nextInt(3)).mapToObj(_ -> report(random)).toList();
        var steps = new ArrayList<String>();
        List<byte[]> found = switch (random.nextInt(8)) {
            case 0 -> bare(reports.getFirst(), random, steps);
            default -> candidates(mail(reports, random, steps), "message/rfc822");
        };

        List<TlsReport> expected = steps.contains("bare") ? List.of(reports.getFirst()) : reports;
        var read = new ArrayList<TlsReport>();
        for (byte[] candidate : found) {
            read.add(READER.read(new ByteArrayInputStream(candidate)).orThrow());
        }
        assertThat(read).as(steps.toString()).isEqualTo(expected);
    }

    private static List<byte[]> candidates(byte[] received, String type) {
        return UNWRAPPER.unwrap(received, type).orThrow().stream().map(ReportCandidate::bytes).toList();
    }

    private static List<byte[]> bare(TlsReport report, Random random, List<String> steps) {
        steps.add("bare");
        return candidates(content(report, random, steps).bytes(), "application/octet-stream");
    }

    private static Content content(TlsReport report, Random random, List<String> steps) {
        byte[] json = TlsReportWriter.toJson(report);
        return switch (random.nextInt(7)) {
            case 0 -> step(steps, "json", new Content("application/tlsrpt+json", json, ""));
            case 1 -> step(steps, "gzip", new Content("application/tlsrpt+gzip", Samples.gzip(json), ""));
            case 2 -> step(steps, "zip", new Content("application/zip",
                    Samples.zip(Map.of("report.json", json)), "report.zip"));
            case 3 -> step(steps, "zip of gzip", new Content("application/octet-stream",
                    Samples.zip(Map.of("report.json.gz", Samples.gzip(json))), "report.zip"));
            case 4 -> step(steps, "octet-stream", new Content("application/octet-stream", Samples.gzip(json),
                    "sender.test!example.com!1793491200!1793577599.json.gz"));
            case 5 -> step(steps, "UTF-16", new Content("application/tlsrpt+json",
                    new String(json, UTF_8).getBytes(UTF_16), ""));
            default -> step(steps, "byte order mark", new Content("application/json",
                    ("\uFEFF" + new String(json, UTF_8)).getBytes(UTF_8), "report.json"));
        };
    }

    private static Content step(List<String> steps, String what, Content content) {
        steps.add(what);
        return content;
    }

    private static byte[] mail(List<TlsReport> reports, Random random, List<String> steps) {
        var parts = new ArrayList<String>();
        if (random.nextBoolean()) {
            parts.add("Content-Type: text/plain\r\n\r\nFor people.");
        }
        for (TlsReport report : reports) {
            parts.add(part(content(report, random, steps), random, steps));
        }
        String mail = parts.size() == 1 ? "Subject: x\r\n" + parts.getFirst() + "\r\n"
                : multipart(parts, "b0");
        for (int level = 1; level <= random.nextInt(4); level++) {
            mail = forwarded(mail, "b" + level, random, steps);
        }
        return mail.getBytes(ISO_8859_1);
    }

    private static String multipart(List<String> parts, String boundary) {
        return "Subject: x\r\nContent-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n"
                + String.join("\r\n--" + boundary + "\r\n", parts) + "\r\n--" + boundary + "--\r\n";
    }

    private static String forwarded(String mail, String boundary, Random random, List<String> steps) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                steps.add("forwarded by itself");
                yield "Subject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n" + mail;
            }
            case 1 -> {
                steps.add("forwarded");
                yield multipart(List.of("Content-Type: text/html\r\n\r\n<p>{look}</p>",
                        "Content-Type: message/rfc822\r\n\r\n" + mail), boundary);
            }
            case 2 -> {
                steps.add("forwarded in base64");
                yield multipart(List.of("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Samples.base64(mail.getBytes(ISO_8859_1))), boundary);
            }
            default -> {
                steps.add("forwarded as a file");
                yield multipart(List.of("Content-Type: application/octet-stream; name=\"mail.EML\"\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\n"
                        + Samples.base64(mail.getBytes(ISO_8859_1))), boundary);
            }
        };
    }

    private static String part(Content content, Random random, List<String> steps) {
        String header = "Content-Type: " + content.type() + (content.name().isEmpty() ? "" : random.nextBoolean()
                ? "; name=\"" + content.name() + "\""
                : "\r\nContent-Disposition: attachment; filename=\"" + content.name() + "\"");
        boolean text = content.bytes().length > 0 && content.bytes()[0] == '{';
        return switch (random.nextInt(text ? 4 : 2)) {
            case 0 -> encoded(header, "base64", Samples.base64(content.bytes()), steps);
            case 1 -> encoded(header, "Base64", Base64.getMimeEncoder(4 + random.nextInt(900), "\n".getBytes(UTF_8))
                    .withoutPadding().encodeToString(content.bytes()), steps);
            case 2 -> encoded(header, "8bit", new String(content.bytes(), ISO_8859_1), steps);
            default -> encoded(header, "quoted-printable", quoted(content.bytes(), random), steps);
        };
    }

    private static String encoded(String header, String encoding, String body, List<String> steps) {
        steps.add(encoding);
        return header + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body;
    }

    private static String quoted(byte[] bytes, Random random) {
        var text = new StringBuilder();
        for (byte b : bytes) {
            boolean plain = b > ' ' && b < 0x7f && b != '=' && random.nextInt(20) > 0;
            text.append(plain ? Character.toString((char) b) : "=%02X".formatted(b & 0xff));
            if (random.nextInt(60) == 0) {
                text.append("=\r\n");
            }
        }
        return text.toString();
    }

    private static TlsReport report(Random random) {
        Instant start = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
        return new TlsReport(text(random), maybe(random, text(random)), text(random), start,
                start.plusSeconds(random.nextInt(200_000)),
                IntStream.range(0, random.nextInt(4)).mapToObj(_ -> policy(random)).toList());
    }

    private static PolicyReport policy(Random random) {
        PolicyType type = PolicyType.values()[random.nextInt(PolicyType.values().length)];
        return new PolicyReport(type, type == PolicyType.OTHER ? "dane-ish" : type.wire(),
                random.nextBoolean() ? List.of() : List.of("version: STSv1", "mode: " + text(random)),
                maybe(random, "d" + random.nextInt(100) + ".example.test"),
                IntStream.range(0, random.nextInt(3)).mapToObj(i -> "*.mx" + i + ".example.test").toList(), count(random),
                count(random), IntStream.range(0, random.nextInt(30)).mapToObj(_ -> failure(random)).toList());
    }

    private static FailureDetail failure(Random random) {
        ResultType type = ResultType.values()[random.nextInt(ResultType.values().length)];
        return new FailureDetail(type, type == ResultType.OTHER ? "on-fire" : type.wire(), maybe(random, "192.0.2.1"),
                maybe(random, "mx" + random.nextInt(9) + ".example.test"), maybe(random, text(random)),
                maybe(random, "2001:db8::25"), count(random), maybe(random, text(random)), maybe(random, text(random)));
    }

    private static <T> Optional<T> maybe(Random random, T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    private static OptionalLong count(Random random) {
        return random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextLong(1_000_000_000_001L));
    }

    private static String text(Random random) {
        String alphabet = "abcxyzABC0189 .-_@!\"\\/<>&{}[],:=--ÄßЖ漢";
        var text = new StringBuilder("t");
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.append('z').toString();
    }
}
