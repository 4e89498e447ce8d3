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
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.message.DefaultBodyDescriptorBuilder;
import org.apache.james.mime4j.parser.MimeStreamParser;
import org.apache.james.mime4j.stream.MimeConfig;

/// Finds what may be reports in what was received. Thread-safe.
public final class Unwrapper {

    private final UnwrapLimits limits;
    private final MimeConfig lenient;

    public Unwrapper(UnwrapLimits limits) {
        this.limits = limits;
        this.lenient = MimeConfig.custom()
                // A report in one line is allowed, as long as the mail itself.
                .setMaxLineLen(-1)
                .setMaxHeaderLen(limits.maxHeaderLength())
                .setMaxHeaderCount(limits.maxHeaders())
                .setMaxContentLen(-1)
                .build();
    }

    /// @param contentType as received: `message/rfc822` or `multipart/…` for mail, anything else for a bare report
    /// @return at least one candidate, in the order found; with a note for each archive that could not be opened
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
        return ZipReports.isZip(received) ? archive(received)
                : Parsed.valid(List.of(new ReportCandidate(received, contentType)));
    }

    private Parsed<List<ReportCandidate>> archive(byte[] zip) {
        var parts = new PartCollector(limits);
        try {
            parts.take(new Part(zip, "application/zip", ""));
        } catch (BeyondLimit beyond) {
            return new Parsed.Invalid<>(List.of(beyond.problem()));
        }
        return candidates(parts);
    }

    private Parsed<List<ReportCandidate>> mail(InputStream mail) {
        var parts = new PartCollector(limits);
        try {
            parser(parts).parse(mail);
            for (Optional<Part> inner = parts.nextMail(); inner.isPresent(); inner = parts.nextMail()) {
                parts.descend();
                parser(parts).parse(new ByteArrayInputStream(inner.get().bytes()));
            }
        } catch (BeyondLimit beyond) {
            return new Parsed.Invalid<>(List.of(beyond.problem()));
        } catch (MimeException | IOException broken) {
            return switch (broken) {
                case MaxHeaderLimitException _ -> limit("A header of the mail has more than " + limits.maxHeaders()
                        + " fields, the limit.");
                case MaxHeaderLengthLimitException _ -> limit("A header field of the mail is longer than "
                        + limits.maxHeaderLength() + " bytes, the limit.");
                default -> Parsed.invalid("mail-broken", "The mail can't be taken apart: "
                        + Quoted.of(String.valueOf(broken.getMessage())) + ".", "RFC 2045");
            };
        }
        return candidates(parts);
    }

    private static Parsed<List<ReportCandidate>> limit(String sentence) {
        return Parsed.invalid("mail-limit", sentence, "");
    }

    private static Parsed<List<ReportCandidate>> candidates(PartCollector parts) {
        List<Part> reports = parts.reports();
        if (!reports.isEmpty()) {
            return Parsed.valid(reports.stream().map(part -> new ReportCandidate(part.bytes(), part.mediaType()))
                    .toList(), parts.unopened());
        }
        return !parts.unopened().isEmpty() ? new Parsed.Invalid<>(parts.unopened())
                : Parsed.invalid("no-report-in-mail", "The mail holds no TLS report"
                + (parts.otherTypes().isEmpty() ? "." : ", only " + parts.otherTypes().stream().limit(10)
                        .map(Quoted::of).collect(Collectors.joining(", ")) + "."), "RFC 8460 §5.3");
    }

    private MimeStreamParser parser(PartCollector parts) {
        var parser = new MimeStreamParser(lenient, DecodeMonitor.SILENT,
                new DefaultBodyDescriptorBuilder(null, LenientFieldParser.getParser(),
                        DecodeMonitor.SILENT));
        parser.setContentHandler(parts);
        // The parts are decoded by the collector, more leniently than by the library.
        parser.setContentDecoding(false);
        parser.setRecurse();
        return parser;
    }
}
