package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads reports (RFC 8460 §4.4) as a stream, plain or gzip: what the bytes say counts, not what somebody called them.
///
/// Thread-safe; one reader serves all.
public final class TlsReportReader {

    private static final int PEEK = 4;

    private final ReportLimits limits;
    private final JsonFactory json;

    public TlsReportReader(ReportLimits limits) {
        this.limits = limits;
        json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxNesting())
                        .maxStringLength(limits.maxStringLength())
                        .maxNumberLength(40)
                        .build())
                // Two counts under one name: which of them is meant can't be told.
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /// Reads one report to the end of the stream, which stays the caller's to close.
    ///
    /// @throws IOException when the stream itself fails; whatever is wrong in the bytes is a problem, not an exception
    public Parsed<TlsReport> read(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in);
        byte[] head = peek(buffered);
        if (head.length == 0) {
            return Parsed.invalid("report-empty", "The report is empty.", ReportParser.RULE);
        }
        if (starts(head, 'P', 'K')) {
            return Parsed.invalid("report-is-zip", "This is a ZIP archive; a report is JSON, plain or gzip.",
                    "RFC 8460 §5.2");
        }
        if (starts(head, '<')) {
            return Parsed.invalid("report-is-xml", "This is XML or HTML (a DMARC report, perhaps); a TLS report is "
                    + "JSON.", ReportParser.RULE);
        }
        boolean gzip = starts(head, 0x1f, 0x8b);
        try {
            return parse(gzip ? new GZIPInputStream(buffered) : buffered);
        } catch (ZipException | EOFException damaged) {
            if (!gzip) {
                throw damaged;
            }
            return Parsed.invalid("gzip-damaged", "The gzip data is damaged or cut off.", "RFC 8460 §5.2");
        }
    }

    private Parsed<TlsReport> parse(InputStream bytes) throws IOException {
        var bounded = new BoundedStream(bytes, limits.maxBytes());
        var afterMark = new BufferedInputStream(bounded);
        try {
            boolean mark = skipByteOrderMark(afterMark);
            try (var parser = json.createParser(ObjectReadContext.empty(), afterMark)) {
                return new ReportParser(parser, limits, mark).parse();
            }
        } catch (JacksonIOException wrapped) {
            return bytesFailed(wrapped.getCause());
        } catch (BoundedStream.TooLong tooLong) {
            return bytesFailed(tooLong);
        } catch (StreamConstraintsException beyond) {
            return Parsed.invalid("report-limit", "The report is nested deeper than " + limits.maxNesting()
                    + ", or holds a text longer than " + limits.maxStringLength() + " characters or an endless number.",
                    "");
        } catch (ReportParser.Unusable unusable) {
            return new Parsed.Invalid<>(java.util.List.of(unusable.problem()));
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            return Parsed.invalid("json-syntax", "This is not valid JSON"
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")") + ": "
                    + ReportParser.printable(malformed.getOriginalMessage()), "RFC 7493");
        }
    }

    private Parsed<TlsReport> bytesFailed(IOException cause) throws IOException {
        if (cause instanceof BoundedStream.TooLong) {
            return Parsed.invalid("report-too-large", "The report holds more than " + limits.maxBytes()
                    + " bytes of JSON, the limit for one report.", "");
        }
        throw cause;
    }

    private static boolean skipByteOrderMark(BufferedInputStream in) throws IOException {
        in.mark(PEEK);
        byte[] head = in.readNBytes(3);
        in.reset();
        boolean mark = starts(head, 0xef, 0xbb, 0xbf);
        if (mark) {
            in.skipNBytes(3);
        }
        return mark;
    }

    private static byte[] peek(BufferedInputStream in) throws IOException {
        in.mark(PEEK);
        byte[] head = in.readNBytes(PEEK);
        in.reset();
        return head;
    }

    private static boolean starts(byte[] head, int... expected) {
        if (head.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((head[i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
