package dev.postern.ingest.unwrap;

import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.field.LenientFieldParser;
import org.apache.james.mime4j.message.DefaultBodyDescriptorBuilder;
import org.apache.james.mime4j.parser.MimeStreamParser;
import org.apache.james.mime4j.stream.MimeConfig;

/// Finds what may be reports in what was received. Thread-safe.
public final class Unwrapper {

    private static final int MAX_HEADERS = 1_000;
    private static final int MAX_HEADER_LENGTH = 64 * 1024;
    private static final MimeConfig LENIENT = MimeConfig.custom()
            // A report in one line is allowed, as long as the mail itself.
            .setMaxLineLen(-1)
            .setMaxHeaderLen(MAX_HEADER_LENGTH)
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxContentLen(-1)
            .build();

    private final UnwrapLimits limits;

    public Unwrapper(UnwrapLimits limits) {
        this.limits = limits;
    }

    /// @param contentType as received: `message/rfc822` or `multipart/…` for mail, anything else for a bare report
    /// @return at least one candidate, in the order found
    public Parsed<List<ReportCandidate>> unwrap(byte[] received, String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals("message/rfc822")) {
            return mail(new ByteArrayInputStream(received));
        }
        if (type.startsWith("multipart/")) {
            // The multipart came without the mail around it: its header is the request's.
            var header = ("Content-Type: " + contentType.replaceAll("\\p{Cntrl}", " ") + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            return mail(new SequenceInputStream(new ByteArrayInputStream(header), new ByteArrayInputStream(received)));
        }
        return Parsed.valid(List.of(new ReportCandidate(received, contentType)));
    }

    private Parsed<List<ReportCandidate>> mail(InputStream mail) {
        var parts = new PartCollector(limits);
        try {
            parser(parts).parse(mail);
            for (Optional<Part> inner = parts.nextMail(); inner.isPresent(); inner = parts.nextMail()) {
                parts.descend();
                parser(parts).parse(new ByteArrayInputStream(inner.get().bytes()));
            }
        } catch (PartCollector.BeyondLimit beyond) {
            return new Parsed.Invalid<>(List.of(beyond.problem()));
        } catch (MimeException | IOException broken) {
            return Parsed.invalid("mail-broken", "The mail can't be taken apart: "
                    + Quoted.of(String.valueOf(broken.getMessage())) + ".", "RFC 2045");
        }
        List<Part> reports = parts.reports();
        return reports.isEmpty() ? Parsed.invalid("no-report-in-mail", "The mail holds no TLS report"
                + (parts.otherTypes().isEmpty() ? "." : ", only " + parts.otherTypes().stream().limit(10)
                        .map(Quoted::of).collect(Collectors.joining(", ")) + "."), "RFC 8460 §5.3")
                : Parsed.valid(reports.stream().map(part -> new ReportCandidate(part.bytes(), part.mediaType()))
                        .toList());
    }

    private static MimeStreamParser parser(PartCollector parts) {
        var parser = new MimeStreamParser(LENIENT, DecodeMonitor.SILENT,
                new DefaultBodyDescriptorBuilder(null, LenientFieldParser.getParser(),
                        DecodeMonitor.SILENT));
        parser.setContentHandler(parts);
        // The parts are decoded by the collector, more leniently than by the library.
        parser.setContentDecoding(false);
        parser.setRecurse();
        return parser;
    }
}
